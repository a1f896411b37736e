#include "diagnosis/rules/media_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "base/names.h"
#include "base/natural_order.h"
#include "base/printable.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/dns/standing.h"
#include "probes/rtp/judgement.h"

namespace dialwatch::diagnosis {
namespace {

std::string Flow(const TrainSample& sample) {
  const probes::RtpMeasures& measures = sample.measures;
  if (sample.quality) return MeasuresText(sample);
  return measures.round.sent == 0
             ? ""
             : fmt::format("{} of {} came back", measures.round.sent - measures.round.lost, measures.round.sent);
}

}  // namespace

std::vector<MediaCase> MediaCasesOf(const Situation& situation, const std::vector<DialerCase>& cases) {
  std::vector<MediaCase> media;
  for (const DialerCase& dialer : cases) {
    const auto view = situation.picture.media().find(dialer.dialer.name);
    if (view != situation.picture.media().end())
      media.push_back({&dialer, SortOut(view->second, view->first, situation.settings.dialers)});
  }
  return media;
}

EvidenceRow RowOf(const TrainSample& sample) {
  EvidenceRow row;
  row.vantage = "rtp";
  if (sample.subject.address.port != 0) row.vantage += " " + sample.subject.address.ToString();
  if (!sample.subject.relay.empty()) row.vantage += " by relay " + sample.subject.relay;
  if (const auto givers = GiversText(sample.subject); !givers.empty()) row.vantage += fmt::format(" ({})", givers);
  if (sample.measures.rtt) row.rtt_ms = Milliseconds(sample.measures.rtt->p50);
  row.note = base::NameOf(sample.outcome);
  row.stance = GradeOf(sample.outcome) == RtpGrade::kFine ? Stance::kGood : Stance::kBad;
  if (!sample.error.empty()) *row.note += ": " + base::Printable(sample.error, 80);
  if (!sample.echoed_by.empty()) *row.note += ", echoed by " + base::Printable(sample.echoed_by);
  if (const std::string flow = Flow(sample); !flow.empty()) *row.note += ", " + flow;
  return row;
}

std::string AddressText(const std::vector<const TrainSeries*>& series) {
  std::set<std::string> addresses;
  for (const TrainSeries* each : series) addresses.insert(each->newest->subject.address.address.ToString());
  return Enumerate({addresses.begin(), addresses.end()});
}

std::string GiversText(const std::vector<const TrainSeries*>& series, const std::string& but) {
  bool authority = false;
  std::set<std::string> resolvers;
  for (const TrainSeries* each : series) {
    const probes::MediaSubject& subject = each->newest->subject;
    authority = authority || subject.by_authority;
    resolvers.insert(subject.resolved_via.begin(), subject.resolved_via.end());
  }
  resolvers.erase(but);
  std::vector<std::string> givers(resolvers.begin(), resolvers.end());
  if (authority) givers.insert(givers.begin(), "the authority");
  return Enumerate(givers);
}

std::string WhatIsThere(const std::vector<const TrainSeries*>& wrong) {
  std::set<std::string> names;
  for (const TrainSeries* each : wrong) {
    if (each->silent.trains == 0) names.insert(base::Printable(each->newest->echoed_by));
  }
  if (names.empty()) return "where nothing echoes their audio";
  return fmt::format("where {} echoes their audio", Enumerate({names.begin(), names.end()}));
}

std::string MeasuresText(const TrainSample& sample) {
  return MeasuresText(sample.measures, sample.quality);
}

std::string MeasuresText(const probes::RtpMeasures& measures, const std::optional<probes::VoiceQuality>& quality) {
  std::string text;
  if (probes::KnowsWays(measures)) {
    text = fmt::format("{:.0f} % lost to the dialer, {:.0f} % lost from it", measures.up->LossPercent(),
                       measures.down->LossPercent());
  } else {
    text = fmt::format("{:.0f} % lost there and back", measures.round.LossPercent());
  }
  if (measures.round.jitter) text += fmt::format(", jitter {:.1f} ms", Milliseconds(*measures.round.jitter));
  if (measures.rtt) text += fmt::format(", round trip {:.1f} ms", Milliseconds(measures.rtt->p50));
  if (quality) text += fmt::format(", MOS {:.1f}", quality->mos);
  return text;
}

bool NetworkWorks(const Picture& picture, TimePoint since) {
  return StunWorks(picture) || DnsWorks(picture) || AnyTrainSince(picture.media(), since) ||
         AnySipSince(picture.calls(), since) || AnyPortSince(picture.ports(), since);
}

std::optional<TimePoint> HealsAt(const DialerCase& dialer, const std::string& resolver,
                                 const std::set<std::string>& addresses) {
  std::optional<TimePoint> eta;
  for (const Judgement& judgement : dialer.judgements) {
    if (!IsOf(judgement, resolver)) continue;
    const auto answers = AnswersOf(*judgement.sample);
    const bool leads_there = std::ranges::any_of(answers, [&](const auto& each) { return addresses.contains(each); });
    if (leads_there) eta = std::max(eta, judgement.eta);
  }
  return eta;
}

Finding AboutMedia(const MediaCase& dialer, const std::vector<const TrainSeries*>& bad, TrainRun TrainSeries::*run) {
  Finding finding;
  finding.subject.dialer = dialer.name();
  finding.affected = {dialer.name()};
  finding.since = (bad.front()->*run).since;
  for (const TrainSeries* each : bad) {
    finding.since = std::min(finding.since, (each->*run).since);
    finding.evidence.push_back(RowOf(*each->newest));
  }
  for (const TrainSeries* each : dialer.echo.own) {
    if (std::ranges::find(bad, each) == bad.end()) finding.evidence.push_back(RowOf(*each->newest));
  }
  return finding;
}

bool IsOurLine(std::size_t bad, std::size_t tested) {
  return bad >= 3 && bad * 4 >= tested * 3;
}

std::vector<Finding> AsOne(std::vector<Finding> findings, std::string summary, std::vector<std::string> advice) {
  Finding one;
  one.since = findings.front().since;
  one.severity = findings.front().severity;
  one.summary = std::move(summary);
  one.advice = std::move(advice);
  for (Finding& finding : findings) {
    one.since = std::min(one.since, finding.since);
    one.severity = std::max(one.severity, finding.severity);
    std::ranges::move(finding.affected, std::back_inserter(one.affected));
    std::ranges::move(finding.evidence, std::back_inserter(one.evidence));
  }
  base::SortNames(one.affected);
  return {std::move(one)};
}

}  // namespace dialwatch::diagnosis
