#include "diagnosis/rules/call_no_media.h"

#include <fmt/format.h>

#include "base/printable.h"
#include "diagnosis/rules/call_advice.h"
#include "diagnosis/rules/call_words.h"
#include "diagnosis/rules/media_words.h"

namespace dialwatch::diagnosis {
namespace {

// The likeliest reason first: what stands in the dialer's own answer.
std::string ReasonText(const EchoCallSample& sample) {
  const probes::SipCallResult& result = sample.call.result;
  if (!result.address_note.empty()) return base::Printable(result.address_note, 200);
  if (result.answer && !result.answer->why.empty()) return base::Printable(result.answer->why, 200);
  if (!sample.talk) return "no audio was sent";
  const probes::TalkSample& talk = *sample.talk;
  if (!talk.error.empty()) return base::Printable(talk.error, 80);
  const auto& round = talk.measures.round;
  return fmt::format("{} of {} packets", round.sent - round.lost, round.sent);
}

}  // namespace

std::vector<Finding> CallNoMedia(const Situation& situation) {
  std::vector<Finding> findings;
  const auto dialers = CasesOf(situation);
  const auto cases = CallCasesOf(situation, dialers);
  for (const CallCase& called : cases) {
    TheseCalls mute;
    for (const CallSeries* each : called.own) {
      if (each->mute.calls >= kCallsOfAFact && each->failed.calls == 0) mute.push_back(each);
    }
    if (mute.empty()) continue;
    const EchoCallSample& sample = *mute.front()->newest;
    Finding finding = AboutCalls(called, mute, &CallSeries::mute);
    finding.summary = fmt::format("{} answers calls at {}, but no audio comes back since {} ({})", called.name(),
                                  AddressText(mute), base::FormatClock(finding.since), ReasonText(sample));
    finding.advice = AdviseOnMuteCall(sample, TrainsEchoSince(situation.picture, mute, finding.since));
    findings.push_back(std::move(finding));
  }
  if (!IsOurLine(findings.size(), cases.size())) return findings;
  std::string summary = fmt::format("{} of the {} dialers that are called answer, but no audio comes back",
                                    findings.size(), cases.size());
  auto advice = findings.front().advice;
  advice.insert(advice.begin(), "begin with this network's own firewall and NAT: it is what they have in common");
  return AsOne(std::move(findings), std::move(summary), std::move(advice));
}

}  // namespace dialwatch::diagnosis
