#include "diagnosis/rules/media_misdirected.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "diagnosis/advice.h"
#include "diagnosis/rules/call_misdirected.h"
#include "diagnosis/rules/media_words.h"

namespace dialwatch::diagnosis {
namespace {

using Those = std::vector<const TrainSeries*>;

Finding Tell(const Situation& situation, const MediaCase& media, const std::string& resolver, const Those& wrong) {
  Finding finding;
  finding.subject.dialer = media.name();
  finding.subject.resolver = resolver;
  finding.affected = {media.name()};
  finding.since = AstraySince(*wrong.front());
  for (const TrainSeries* each : wrong) {
    finding.since = std::min(finding.since, AstraySince(*each));
    finding.evidence.push_back(RowOf(*each->newest));
  }
  for (const TrainSeries* each : media.echo.right) finding.evidence.push_back(RowOf(*each->newest));
  // another server of the same resolver may still give the right one
  finding.summary = fmt::format("{} sends callers of {} to {}, {}, while it does at {} ({})", resolver, media.name(),
                                AddressText(wrong), WhatIsThere(wrong), AddressText(media.echo.right),
                                GiversText(media.echo.right, resolver));
  std::set<std::string> addresses;
  for (const TrainSeries* each : wrong) addresses.insert(each->newest->subject.address.address.ToString());
  finding.eta = HealsAt(*media.dialer, resolver, addresses);
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
  AddMisdirectedCalls(situation, cases, findings);
  return findings;
}

}  // namespace dialwatch::diagnosis
