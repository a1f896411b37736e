#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace dialwatch::probes {

// When to send a request again, and when to give up: RFC 8489 §6.2.1, shortened for monitoring (Rc 4 instead of 7, Rm 4
// instead of 16), because a binding that needs 40 s is a failed one to a caller who hears nothing. Thread safety: a
// table of constants.
class RetransmitSchedule {
 public:
  static constexpr std::chrono::milliseconds kRto{500};  // RFC 8489 §6.2.1: the initial RTO SHOULD be 500 ms or more
  static constexpr std::size_t kSends = 4;               // Rc
  static constexpr int kLastWait = 4;                    // Rm, in RTOs after the last send

  // Time from the first send to send number `n` (0-based), or nothing when the request has been sent often enough.
  static constexpr std::optional<std::chrono::milliseconds> SendAt(std::size_t n) {
    if (n >= kSends) return std::nullopt;
    return kRto * ((1 << n) - 1);
  }

  // Time from the first send to giving up.
  static constexpr std::chrono::milliseconds GiveUpAt() { return *SendAt(kSends - 1) + kRto * kLastWait; }
};

}  // namespace dialwatch::probes
