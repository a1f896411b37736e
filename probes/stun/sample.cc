#include "probes/stun/sample.h"

namespace dialwatch::probes {

std::string_view FormatStunOutcome(StunOutcome outcome) {
  switch (outcome) {
    case StunOutcome::kMapped:
      return "mapped";
    case StunOutcome::kTimeout:
      return "timeout";
    case StunOutcome::kUnreachable:
      return "unreachable";
    case StunOutcome::kTlsFailed:
      return "tls-failed";
    case StunOutcome::kErrorResponse:
      return "error-response";
    case StunOutcome::kMalformed:
      return "malformed";
    case StunOutcome::kUnresolved:
      return "unresolved";
  }
  return "?";
}

}  // namespace dialwatch::probes
