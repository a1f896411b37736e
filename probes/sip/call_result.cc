#include "probes/sip/call_result.h"

namespace dialwatch::probes {

std::string_view FormatSipOutcome(SipOutcome outcome) {
  switch (outcome) {
    case SipOutcome::kCompleted:
      return "completed";
    case SipOutcome::kStopped:
      return "stopped";
    case SipOutcome::kSilent:
      return "silent";
    case SipOutcome::kUnreachable:
      return "unreachable";
    case SipOutcome::kTlsFailed:
      return "tls-failed";
    case SipOutcome::kRefused:
      return "refused";
    case SipOutcome::kUnauthorized:
      return "unauthorized";
    case SipOutcome::kNotAnswered:
      return "not-answered";
    case SipOutcome::kBadAnswer:
      return "bad-answer";
    case SipOutcome::kDropped:
      return "dropped";
    case SipOutcome::kNotEnded:
      return "not-ended";
    case SipOutcome::kNoPassword:
      return "no-password";
  }
  return "";
}

}  // namespace dialwatch::probes
