#pragma once

#include <string>
#include <vector>

#include "diagnosis/evidence.h"
#include "diagnosis/media/call_view.h"
#include "diagnosis/media/train_view.h"

// What the rules about calls have in common.
namespace dialwatch::diagnosis {

// A call asks several times over seconds before it fails, so that a lost packet is none: two of them make a fact.
constexpr int kCallsOfAFact = 2;

using TheseCalls = std::vector<const CallSeries*>;

// A dialer that is called. Valid as long as the situation.
struct CallCase {
  const DialerCase* dialer;
  TheseCalls own;   // where its callers are meant to go
  TheseCalls lost;  // where resolvers alone send them, while a call to one of `own` echoes: to no call that does

  const std::string& name() const { return dialer->dialer.name; }
};
// In the order of the settings. `cases` must outlive the result.
std::vector<CallCase> CallCasesOf(const Situation& situation, const std::vector<DialerCase>& cases);

// That nobody answered: what may as well be our own network's fault, or the host's.
bool IsSilence(SipOutcome outcome);

// "call 198.51.100.11:5060 (authority, quad9)" with how it went.
EvidenceRow RowOf(const EchoCallSample& sample);

// Who gives these addresses, without one resolver: "the authority and quad9"; empty for literal ones.
std::string GiversText(const TheseCalls& calls, const std::string& but);

// "198.51.100.11 and 198.51.100.12", each once; "any address" where we could call none.
std::string AddressText(const TheseCalls& calls);

// "no answer to OPTIONS", as the result says it, else its outcome.
std::string WhyText(const EchoCallSample& sample);

// "0 % lost there and back, jitter 0.3 ms, round trip 23.0 ms, MOS 4.4"; of a call with a talk.
std::string MeasuresText(const EchoCallSample& sample);

// The calls to where these trains went.
TheseCalls CallsToThese(const Picture& picture, const std::vector<const TrainSeries*>& trains);

// Whether a train to one of these addresses has been echoed since then, or has not gone as badly as `bad`.
bool TrainsEchoSince(const Picture& picture, const TheseCalls& calls, TimePoint since,
                     TrainRun TrainSeries::*bad = &TrainSeries::silent);

// A finding about one dialer, at these of its addresses; the others follow as evidence.
Finding AboutCalls(const CallCase& called, const TheseCalls& bad, CallRun CallSeries::*run);

}  // namespace dialwatch::diagnosis
