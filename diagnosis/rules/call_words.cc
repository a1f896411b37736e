#include "diagnosis/rules/call_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/names.h"
#include "base/printable.h"
#include "diagnosis/rules/media_words.h"

namespace dialwatch::diagnosis {
namespace {

constexpr std::size_t kMostOfText = 200;  // of a dialer's words

CallCase SortOut(const DialerCase& dialer, const CallView& view) {
  CallCase called{&dialer, view.Own(), {}};
  if (std::ranges::none_of(called.own, [](const auto* each) { return each->EchoesSince({}); })) return called;
  for (const CallSeries* each : view.Current()) {
    const bool is_own = std::ranges::find(called.own, each) != called.own.end();
    const bool was_tried =
        each->newest->call.result.outcome != SipOutcome::kUnauthorized;  // no stranger gets a password
    if (!is_own && was_tried && each->mute.calls >= kCallsOfAFact) called.lost.push_back(each);
  }
  return called;
}

std::string TalkText(const EchoCallSample& sample) {
  const probes::TalkSample& talk = *sample.talk;
  std::string text = fmt::format("audio {}", base::NameOf(talk.outcome));
  if (!talk.error.empty()) text += ": " + base::Printable(talk.error, kMostOfText);
  const auto& round = talk.measures.round;
  if (talk.quality) return text + ", " + MeasuresText(sample);
  return text + fmt::format(", {} of {} came back", round.sent - round.lost, round.sent);
}

}  // namespace

std::vector<CallCase> CallCasesOf(const Situation& situation, const std::vector<DialerCase>& cases) {
  std::vector<CallCase> called;
  for (const DialerCase& dialer : cases) {
    const auto view = situation.picture.calls().find(dialer.dialer.name);
    if (view != situation.picture.calls().end()) called.push_back(SortOut(dialer, view->second));
  }
  return called;
}

bool IsSilence(SipOutcome outcome) {
  return outcome == SipOutcome::kSilent || outcome == SipOutcome::kUnreachable;
}

EvidenceRow RowOf(const EchoCallSample& sample) {
  const probes::SipCallResult& result = sample.call.result;
  EvidenceRow row;
  row.vantage = "call";
  const probes::CallSubject& subject = sample.call.subject;
  if (subject.address.port != 0) row.vantage += " " + subject.address.ToString();
  if (const auto givers = GiversText(subject); !givers.empty()) row.vantage += fmt::format(" ({})", givers);
  if (result.options_rtt) row.rtt_ms = Milliseconds(*result.options_rtt);
  row.note = base::NameOf(result.outcome);
  row.stance = IsSilence(result.outcome) ? Stance::kBad : Stance::kNone;
  if (!result.why.empty()) *row.note += ": " + base::Printable(result.why, kMostOfText);
  if (!result.address_note.empty()) *row.note += "; " + base::Printable(result.address_note, kMostOfText);
  if (sample.talk) *row.note += "; " + TalkText(sample);
  return row;
}

std::string AddressText(const TheseCalls& calls) {
  std::set<std::string> addresses;
  for (const CallSeries* each : calls) {
    const base::Endpoint& address = each->newest->call.subject.address;
    addresses.insert(address.port == 0 ? "any address" : address.address.ToString());
  }
  return Enumerate({addresses.begin(), addresses.end()});
}

std::string GiversText(const TheseCalls& calls, const std::string& but) {
  bool authority = false;
  std::set<std::string> resolvers;
  for (const CallSeries* each : calls) {
    const probes::CallSubject& subject = each->newest->call.subject;
    authority = authority || subject.by_authority;
    resolvers.insert(subject.resolved_via.begin(), subject.resolved_via.end());
  }
  resolvers.erase(but);
  std::vector<std::string> givers(resolvers.begin(), resolvers.end());
  if (authority) givers.insert(givers.begin(), "the authority");
  return Enumerate(givers);
}

std::string WhyText(const EchoCallSample& sample) {
  const probes::SipCallResult& result = sample.call.result;
  return result.why.empty() ? std::string(base::NameOf(result.outcome)) : base::Printable(result.why, kMostOfText);
}

std::string MeasuresText(const EchoCallSample& sample) {
  return MeasuresText(sample.talk->measures, sample.talk->quality);
}

TheseCalls CallsToThese(const Picture& picture, const std::vector<const TrainSeries*>& trains) {
  TheseCalls calls;
  for (const TrainSeries* train : trains) {
    const probes::MediaSubject& subject = train->newest->subject;
    const auto view = picture.calls().find(subject.dialer);
    if (view == picture.calls().end()) continue;
    for (const CallSeries* call : view->second.Current()) {
      if (call->newest->call.subject.address.address == subject.address.address) calls.push_back(call);
    }
  }
  return calls;
}

bool TrainsEchoSince(const Picture& picture, const TheseCalls& calls, TimePoint since, TrainRun TrainSeries::*bad) {
  return std::ranges::any_of(calls, [&](const CallSeries* call) {
    const probes::CallSubject& subject = call->newest->call.subject;
    const auto view = picture.media().find(subject.dialer);
    return view != picture.media().end() && std::ranges::any_of(view->second.addresses, [&](const auto& train) {
             return train.first.address == subject.address.address && train.second.EchoesSince(since, bad);
           });
  });
}

Finding AboutCalls(const CallCase& called, const TheseCalls& bad, CallRun CallSeries::*run) {
  Finding finding;
  finding.subject.dialer = called.name();
  finding.affected = {called.name()};
  finding.since = (bad.front()->*run).since;
  for (const CallSeries* each : bad) {
    finding.since = std::min(finding.since, (each->*run).since);
    finding.evidence.push_back(RowOf(*each->newest));
  }
  for (const CallSeries* each : called.own) {
    if (std::ranges::find(bad, each) == bad.end()) finding.evidence.push_back(RowOf(*each->newest));
  }
  return finding;
}

}  // namespace dialwatch::diagnosis
