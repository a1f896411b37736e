#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "probes/train/token.h"

namespace dialwatch::reflector {

// Why a datagram got no reply.
enum class Drop : std::uint8_t {
  kNotRtp = static_cast<std::uint8_t>(probes::TokenFault::kNotRtp),
  kNoToken = static_cast<std::uint8_t>(probes::TokenFault::kNoToken),
  kVersion = static_cast<std::uint8_t>(probes::TokenFault::kVersion),
  kUnknownKey = static_cast<std::uint8_t>(probes::TokenFault::kUnknownKey),
  kForged = static_cast<std::uint8_t>(probes::TokenFault::kForged),  // the last of them
  kIsReply,   // of a reflector: answered, two of them would talk for ever
  kClock,     // sent too long ago, or too far in the future, by our clock
  kReplayed,  // seen before, or too far behind to tell
  kTooManyTrains,
  kRateLimited,
  kStun,  // STUN, but no binding request that we answer
};
inline constexpr std::size_t kDrops = static_cast<std::size_t>(Drop::kStun) + 1;
constexpr std::array<std::string_view, 11> NamesOf(Drop /*type only*/) {
  return {"neither RTP nor STUN",
          "RTP of others",
          "of another version of dialwatch",
          "with an unknown key",
          "with a wrong signature",
          "replies of a reflector",
          "sent too long ago or in the future (are both clocks kept by NTP?)",
          "seen before",
          "of too many trains",
          "above the rate of a source",
          "STUN that is not answered"};
}

// What happened since the start. A value. Thread safety: none.
struct Counters {
  std::uint64_t received = 0, echoed = 0, bindings = 0;
  std::uint64_t unsent = 0;  // replies that the kernel did not take
  std::array<std::uint64_t, kDrops> dropped{};

  bool operator==(const Counters&) const = default;

  std::uint64_t Of(Drop drop) const { return dropped[static_cast<std::size_t>(drop)]; }
  void Count(Drop drop) { ++dropped[static_cast<std::size_t>(drop)]; }
};

// What is new since `before`, in a line; nothing where nothing is. Clocks that differ are said in words, since only
// people can set them.
std::optional<std::string> DescribeSince(const Counters& before, const Counters& now);

}  // namespace dialwatch::reflector
