#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "alerting/http_client.h"

namespace dialwatch::alerting {

enum class Verdict : std::uint8_t {
  kDelivered,
  kRetry,
  kShorten,   // send it once more, as short as it gets
  kRejected,  // will never be taken
};

// Why an attempt, or at last a message, failed: the closed set that is also the metric's label.
enum class FailureReason : std::uint8_t {
  kNetwork,
  kTimeout,
  kRateLimited,
  kServer,
  kRejected,
  kSecret,   // no URL to be had from url_file
  kExpired,  // tried for longer than Delivery::kGiveUpAfter; counts messages, not attempts
};
constexpr std::array<std::string_view, 7> NamesOf(FailureReason /*type only*/) {
  return {"network", "timeout", "rate_limited", "server", "rejected", "secret", "expired"};
}

struct Judged {
  Verdict verdict = Verdict::kDelivered;
  FailureReason reason = FailureReason::kNetwork;  // kDelivered: without meaning
};

// What an outcome means for the message (RFC 9110 §15, RFC 6585 §4 for 429, RFC 8470 §5.2 for 425).
Judged Judge(const HttpOutcome& outcome);

}  // namespace dialwatch::alerting
