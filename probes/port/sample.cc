#include "probes/port/sample.h"

namespace dialwatch::probes {

std::string_view FormatPortOutcome(PortOutcome outcome) {
  switch (outcome) {
    case PortOutcome::kAnswered:
      return "answered";
    case PortOutcome::kErrorResponse:
      return "error-response";
    case PortOutcome::kOtherAnswer:
      return "other-answer";
    case PortOutcome::kRefused:
      return "refused";
    case PortOutcome::kRejected:
      return "rejected";
    case PortOutcome::kSilent:
      return "silent";
    case PortOutcome::kSendFailed:
      return "send-failed";
  }
  return "?";
}

}  // namespace dialwatch::probes
