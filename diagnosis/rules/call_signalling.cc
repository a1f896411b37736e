#include "diagnosis/rules/call_signalling.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/count.h"
#include "base/printable.h"
#include "diagnosis/rules/call_advice.h"
#include "diagnosis/rules/call_words.h"
#include "diagnosis/rules/media_words.h"

namespace dialwatch::diagnosis {
namespace {

bool IsOurs(SipOutcome outcome) {
  return outcome == SipOutcome::kUnauthorized || outcome == SipOutcome::kNoPassword;
}

// What is refused in so many words, or asked for during half a minute, need not be asked twice: the one may get us
// banned, the other would take another channel.
bool IsFact(const Situation& situation, const CallSeries& series) {
  const SipOutcome outcome = series.newest->call.result.outcome;
  if (IsOurs(outcome) || outcome == SipOutcome::kNotEnded) return true;
  if (series.failed.calls < kCallsOfAFact) return false;
  return !IsSilence(outcome) || NetworkWorks(situation.picture, series.failed.since);
}

std::string Predicate(SipOutcome outcome) {
  switch (outcome) {
    case SipOutcome::kUnreachable:
      return "cannot be called";
    case SipOutcome::kTlsFailed:
      return "cannot be called over TLS";
    case SipOutcome::kRefused:
      return "refuses calls";
    case SipOutcome::kUnauthorized:
      return "refuses dialwatch's own user or password";
    case SipOutcome::kNotAnswered:
      return "lets calls ring";
    case SipOutcome::kBadAnswer:
      return "answers calls without audio that can be used";
    case SipOutcome::kDropped:
      return "drops calls";
    case SipOutcome::kNotEnded:
      return "does not end calls";
    default:
      return "does not answer calls";
  }
}

// What more is known of it.
std::string Addition(const CallSeries& series, bool media_flows) {
  const probes::SipCallResult& result = series.newest->call.result;
  if (result.outcome == SipOutcome::kNotEnded) {
    return fmt::format("; it may hold {} of ours {}",
                       base::Count(static_cast<std::size_t>(series.unended.calls), "channel"),
                       result.session_timer ? fmt::format("for up to {} s (its session timer)", *result.session_timer)
                                            : "for good (it has no session timer)");
  }
  if (IsOurs(result.outcome)) return "; whether it takes calls of others is not tested";
  return media_flows ? "; media flows, signalling does not: its reflector echoes" : "";
}

std::string Summarize(const CallCase& called, const TheseCalls& failed, TimePoint since, bool media_flows) {
  const CallSeries& series = *failed.front();
  const EchoCallSample& sample = *series.newest;
  const SipOutcome outcome = sample.call.result.outcome;
  if (outcome == SipOutcome::kNoPassword) {
    return fmt::format("whether {} takes calls is not tested, since its password cannot be read: {}", called.name(),
                       WhyText(sample));
  }
  const std::size_t all = called.own.size();
  const std::string part = failed.size() < all ? fmt::format(", {} of its {} addresses,", failed.size(), all) : "";
  return fmt::format("{} {} at {}{} since {} ({}){}", called.name(), Predicate(outcome), AddressText(failed), part,
                     base::FormatClock(since), WhyText(sample), Addition(series, media_flows));
}

Finding Tell(const Situation& situation, const CallCase& called, const TheseCalls& failed) {
  Finding finding = AboutCalls(called, failed, &CallSeries::failed);
  const EchoCallSample& sample = *failed.front()->newest;
  const bool media_flows = TrainsEchoSince(situation.picture, failed, finding.since);
  if (IsOurs(sample.call.result.outcome)) finding.severity = Severity::kWarning;
  finding.summary = Summarize(called, failed, finding.since, media_flows);
  finding.advice = AdviseOnSignalling(sample, media_flows);
  return finding;
}

}  // namespace

std::vector<Finding> CallSignalling(const Situation& situation) {
  std::vector<Finding> findings;
  const auto dialers = CasesOf(situation);
  const auto cases = CallCasesOf(situation, dialers);
  for (const CallCase& called : cases) {
    TheseCalls failed;
    std::ranges::copy_if(called.own, std::back_inserter(failed),
                         [&](const CallSeries* each) { return IsFact(situation, *each); });
    if (!failed.empty()) findings.push_back(Tell(situation, called, failed));
  }
  if (!IsOurLine(findings.size(), cases.size())) return findings;
  std::string summary = fmt::format("calls to {} of the {} dialers that are called fail ({})", findings.size(),
                                    cases.size(), findings.front().evidence.front().note.value_or(""));
  auto advice = findings.front().advice;
  advice.insert(advice.begin(),
                "begin with what they have in common: this network's firewall, its router's SIP helper (ALG), and the "
                "account that dialwatch calls with");
  return AsOne(std::move(findings), std::move(summary), std::move(advice));
}

}  // namespace dialwatch::diagnosis
