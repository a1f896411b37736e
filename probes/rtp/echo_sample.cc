#include "probes/rtp/echo_sample.h"

namespace dialwatch::probes {

std::string_view FormatEchoOutcome(EchoOutcome outcome) {
  switch (outcome) {
    case EchoOutcome::kOk:
      return "ok";
    case EchoOutcome::kDegraded:
      return "degraded";
    case EchoOutcome::kOneWayUp:
      return "one-way-up";
    case EchoOutcome::kOneWayDown:
      return "one-way-down";
    case EchoOutcome::kBlackhole:
      return "blackhole";
    case EchoOutcome::kRefused:
      return "refused";
    case EchoOutcome::kSendFailed:
      return "send-failed";
    case EchoOutcome::kNoKeys:
      return "no-keys";
    case EchoOutcome::kDenied:
      return "denied";
    case EchoOutcome::kNoRelay:
      return "no-relay";
  }
  return "?";
}

}  // namespace dialwatch::probes
