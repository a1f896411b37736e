#include "diagnosis/rules/media_misdirected.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/printable.h"
#include "diagnosis/advice.h"
#include "diagnosis/answer.h"
#include "diagnosis/rules/media_words.h"

namespace dialwatch::diagnosis {
namespace {

using Those = std::vector<const EchoSeries*>;

// "where nothing echoes", "where d2 echoes"
std::string WhatIsThere(const Those& wrong) {
  std::set<std::string> names;
  for (const EchoSeries* each : wrong) {
    if (each->silent.trains == 0) names.insert(base::Printable(each->newest->echoed_by));
  }
  if (names.empty()) return "where nothing echoes their audio";
  return fmt::format("where {} echoes their audio", Enumerate({names.begin(), names.end()}));
}

TimePoint SinceOf(const EchoSeries& series) {
  return series.silent.trains > 0 ? series.silent.since : series.foreign.since;
}

// When the copy that leads there leaves the resolver's cache, as far as DNS knows.
std::optional<TimePoint> HealsAt(const MediaCase& media, const std::string& resolver, const Those& wrong) {
  std::optional<TimePoint> eta;
  for (const Judgement& judgement : media.dialer->judgements) {
    if (!IsOf(judgement, resolver)) continue;
    const auto answers = AnswersOf(*judgement.sample);
    const bool leads_there = std::ranges::any_of(wrong, [&](const EchoSeries* each) {
      return std::ranges::find(answers, each->newest->subject.address.address.ToString()) != answers.end();
    });
    if (leads_there) eta = std::max(eta, judgement.eta);
  }
  return eta;
}

Finding Tell(const Situation& situation, const MediaCase& media, const std::string& resolver, const Those& wrong) {
  Finding finding;
  finding.subject.dialer = media.name();
  finding.subject.resolver = resolver;
  finding.affected = {media.name()};
  finding.since = SinceOf(*wrong.front());
  for (const EchoSeries* each : wrong) {
    finding.since = std::min(finding.since, SinceOf(*each));
    finding.evidence.push_back(RowOf(*each->newest));
  }
  for (const EchoSeries* each : media.echo.right) finding.evidence.push_back(RowOf(*each->newest));
  finding.summary =
      fmt::format("{} sends callers of {} to {}, {}, while it does at {} ({})", resolver, media.name(),
                  AddressText(wrong), WhatIsThere(wrong), AddressText(media.echo.right), GiversText(media.echo.right));
  finding.eta = HealsAt(media, resolver, wrong);
  finding.summary += LifeLeft(finding.eta, situation.now);
  finding.advice = AdviceOnWrongCopy(resolver, *media.dialer, situation.settings);
  return finding;
}

}  // namespace

std::vector<Finding> MediaMisdirected(const Situation& situation) {
  std::vector<Finding> findings;
  const auto cases = CasesOf(situation);
  for (const MediaCase& media : MediaCasesOf(situation, cases)) {
    for (const auto& [resolver, wrong] : media.echo.misdirected) {
      findings.push_back(Tell(situation, media, resolver, wrong));
    }
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
