#include "diagnosis/rules/rtp_degraded.h"

#include <fmt/format.h>

#include "diagnosis/dns/tally.h"
#include "diagnosis/rules/call_audio.h"
#include "diagnosis/rules/media_words.h"

namespace dialwatch::diagnosis {
namespace {

constexpr int kRounds = 2;  // a few seconds of congestion wake nobody

}  // namespace

std::vector<Finding> RtpDegraded(const Situation& situation) {
  std::vector<Finding> findings;
  const auto dialers = CasesOf(situation);
  const auto cases = MediaCasesOf(situation, dialers);
  for (const MediaCase& media : cases) {
    std::vector<const TrainSeries*> poor;
    for (const TrainSeries* each : media.echo.own) {
      const bool lasts = each->poor.trains >= kRunning && each->poor.rounds >= kRounds;
      if (lasts && each->deaf.trains == 0) poor.push_back(each);
    }
    if (poor.empty()) continue;
    Finding finding = AboutMedia(media, poor, &TrainSeries::poor);
    finding.summary = fmt::format("audio of {} at {} is bad since {} ({})", media.name(), AddressText(poor),
                                  base::FormatClock(finding.since), MeasuresText(*poor.front()->newest));
    finding.advice = {"look at the line of the side where all dialers are bad, at the dialer's host where it is one",
                      "see whether voice has priority on the way (DSCP 46), and what else fills the line"};
    findings.push_back(std::move(finding));
  }
  AddPoorCalls(situation, dialers, findings);
  const std::size_t tested = CountTested(situation, dialers);
  if (!IsOurLine(findings.size(), tested)) return findings;
  std::string summary = fmt::format("audio is bad to {} of the {} dialers tested ({})", findings.size(), tested,
                                    findings.front().evidence.front().note.value_or(""));
  return AsOne(std::move(findings), std::move(summary),
               {"look at this network's own line first: it is what they have in common",
                "see whether voice has priority on it (DSCP 46), and what else fills it"});
}

}  // namespace dialwatch::diagnosis
