#include "probes/rtp/outcome.h"

namespace dialwatch::probes {

std::string_view FormatRtpOutcome(RtpOutcome outcome) {
  switch (outcome) {
    case RtpOutcome::kOk:
      return "ok";
    case RtpOutcome::kDegraded:
      return "degraded";
    case RtpOutcome::kOneWayUp:
      return "one-way-up";
    case RtpOutcome::kOneWayDown:
      return "one-way-down";
    case RtpOutcome::kBlackhole:
      return "blackhole";
    case RtpOutcome::kRefused:
      return "refused";
    case RtpOutcome::kSendFailed:
      return "send-failed";
    case RtpOutcome::kNoKeys:
      return "no-keys";
    case RtpOutcome::kDenied:
      return "denied";
    case RtpOutcome::kNoRelay:
      return "no-relay";
  }
  return "?";
}

}  // namespace dialwatch::probes
