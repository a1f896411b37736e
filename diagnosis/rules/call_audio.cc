#include "diagnosis/rules/call_audio.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/printable.h"
#include "diagnosis/dns/tally.h"
#include "diagnosis/rules/call_words.h"

namespace dialwatch::diagnosis {
namespace {

struct BadAudio {
  TheseCalls calls;
  Finding finding;
};

// Dialers with audio that has been so bad for `running` calls, and not `worse`; those that `findings` tell of get their
// evidence instead.
std::vector<BadAudio> NotTold(const Situation& situation, const std::vector<DialerCase>& dialers,
                              CallRun CallSeries::*run, int running, CallRun CallSeries::*worse,
                              std::vector<Finding>& findings) {
  std::vector<BadAudio> not_told;
  for (const CallCase& called : CallCasesOf(situation, dialers)) {
    TheseCalls bad;
    std::ranges::copy_if(called.own, std::back_inserter(bad), [&](const CallSeries* each) {
      return (each->*run).calls >= running && (each->*worse).calls == 0;
    });
    if (bad.empty()) continue;
    Finding finding = AboutCalls(called, bad, run);
    const auto told = std::ranges::find(findings, finding.subject, &Finding::subject);
    if (told == findings.end()) {
      not_told.push_back({std::move(bad), std::move(finding)});
    } else {
      std::ranges::move(finding.evidence, std::back_inserter(told->evidence));
    }
  }
  return not_told;
}

}  // namespace

void AddDeafCalls(const Situation& situation, const std::vector<DialerCase>& dialers, std::vector<Finding>& findings) {
  auto deaf = NotTold(situation, dialers, &CallSeries::deaf, kCallsOfAFact, &CallSeries::mute, findings);
  for (auto& [calls, finding] : deaf) {
    const EchoCallSample& sample = *calls.front()->newest;
    finding.summary = fmt::format(
        "audio of calls flows one way only: {} talks, but not with our audio, at {} since {} ({} packets of its own)",
        finding.subject.dialer, AddressText(calls), base::FormatClock(finding.since), sample.talk->foreign);
    finding.advice = {fmt::format("see that {} sends audio back (Asterisk: Answer(), then Echo()) and plays nothing",
                                  base::Printable(sample.call.subject.extension)),
                      "look for a firewall or a route that drops UDP on the way to the dialer's RTP ports"};
    findings.push_back(std::move(finding));
  }
}

void AddPoorCalls(const Situation& situation, const std::vector<DialerCase>& dialers, std::vector<Finding>& findings) {
  auto poor = NotTold(situation, dialers, &CallSeries::poor, kRunning, &CallSeries::deaf, findings);
  for (auto& [calls, finding] : poor) {
    const bool way_is_good = TrainsEchoSince(situation.picture, calls, finding.since, &TrainSeries::poor);
    finding.summary =
        fmt::format("audio of calls to {} at {} is bad since {} ({}){}", finding.subject.dialer, AddressText(calls),
                    base::FormatClock(finding.since), MeasuresText(*calls.front()->newest),
                    way_is_good ? "; that of trains to its reflector is not" : "");
    finding.advice = {"look at the line of the side where all dialers are bad, at the dialer's host where it is one",
                      "see whether voice has priority on the way (DSCP 46), and what else fills the line"};
    if (way_is_good) {
      finding.advice = {"look at the dialer's media server and its load: the way to its host is good"};
    }
    findings.push_back(std::move(finding));
  }
}

std::size_t CountTested(const Situation& situation, const std::vector<DialerCase>& dialers) {
  return static_cast<std::size_t>(std::ranges::count_if(dialers, [&](const DialerCase& each) {
    return situation.picture.media().contains(each.dialer.name) || situation.picture.calls().contains(each.dialer.name);
  }));
}

}  // namespace dialwatch::diagnosis
