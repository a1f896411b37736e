#include "diagnosis/rules/rtp_one_way.h"

#include <fmt/format.h>

#include "diagnosis/dns/tally.h"
#include "diagnosis/rules/call_audio.h"
#include "diagnosis/rules/media_words.h"

namespace dialwatch::diagnosis {
namespace {

using Those = std::vector<const TrainSeries*>;

bool IsLostOnTheWayThere(const TrainSample& sample) {
  return sample.outcome == RtpOutcome::kOneWayDown;
}

std::string WhoHearsNothing(const TrainSample& sample, const std::string& dialer) {
  return IsLostOnTheWayThere(sample) ? fmt::format("{} does not hear its callers", dialer)
                                     : fmt::format("callers do not hear {}", dialer);
}

std::vector<std::string> AdviseOn(const TrainSample& sample) {
  if (IsLostOnTheWayThere(sample)) {
    return {"look for a firewall or a route that drops UDP on the way to the dialer: security groups, its own filter",
            "see whether its host is overloaded: packets that arrive and are not read count as lost on the way there"};
  }
  return {"look for a firewall or a NAT here that drops UDP on the way back from the dialer",
          "see whether the dialer's host may send: its own filter, and the route back to this network"};
}

}  // namespace

std::vector<Finding> RtpOneWay(const Situation& situation) {
  std::vector<Finding> findings;
  const auto dialers = CasesOf(situation);
  const auto cases = MediaCasesOf(situation, dialers);
  for (const MediaCase& media : cases) {
    Those deaf;
    for (const TrainSeries* each : media.echo.own) {
      if (each->deaf.trains >= kRunning && each->silent.trains == 0) deaf.push_back(each);
    }
    if (deaf.empty()) continue;
    const TrainSample& sample = *deaf.front()->newest;
    Finding finding = AboutMedia(media, deaf, &TrainSeries::deaf);
    finding.summary =
        fmt::format("audio flows one way only: {} at {} since {} ({})", WhoHearsNothing(sample, media.name()),
                    AddressText(deaf), base::FormatClock(finding.since), MeasuresText(sample));
    finding.advice = AdviseOn(sample);
    findings.push_back(std::move(finding));
  }
  AddDeafCalls(situation, dialers, findings);
  const std::size_t tested = CountTested(situation, dialers);
  if (!IsOurLine(findings.size(), tested)) return findings;
  std::string summary = fmt::format("audio flows one way only to {} of the {} dialers tested", findings.size(), tested);
  auto advice = findings.front().advice;
  advice.insert(advice.begin(), "begin with this network's own firewall and NAT: it is what they have in common");
  return AsOne(std::move(findings), std::move(summary), std::move(advice));
}

}  // namespace dialwatch::diagnosis
