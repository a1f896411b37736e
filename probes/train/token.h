#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "probes/rtp/packet.h"
#include "probes/train/key.h"

namespace dialwatch::probes {

// Our RTP header extension (RFC 3550 §5.3.1), in network order and the same in both directions; docs/media.md has it as
// a table. What only the reflector knows is zero on the way to it, so that a reply never is longer than its request.
inline constexpr std::uint16_t kTrainProfile = 0x4457;  // "DW"
inline constexpr std::size_t kReflectorNameSize = 32;
inline constexpr std::size_t kTrainTokenSize = 92;
inline constexpr std::size_t kTrainPacketSize = kRtpHeaderSize + kRtpExtensionHead + kTrainTokenSize;  // at least

struct TrainToken {
  bool is_reply = false;
  bool is_counted = true;    // neither warm-up nor the question after a train how much of it came
  std::uint64_t train = 0;   // random
  std::uint32_t number = 0;  // in the train
  std::int64_t sent_ns = 0;  // wall clock of the sender, since 1970
  // only in a reply
  std::int64_t received_ns = 0;     // wall clock of the reflector
  std::int64_t transmitted_ns = 0;  // the same
  std::uint32_t count = 0;          // of this train until now
  std::string dialer = {};          // whose reflector it is; at most kReflectorNameSize octets

  bool operator==(const TrainToken&) const = default;
};

enum class TokenFault : std::uint8_t {
  kNotRtp,      // or RTP whose lengths lie
  kNoToken,     // RTP, but not ours
  kVersion,     // ours, of a version that we do not know
  kUnknownKey,  // signed with a key that we do not have
  kForged,      // the signature is wrong
};

// What stands in a packet, where its signature is right.
struct SignedToken {
  TrainToken token;
  const TrainKey* key;  // one of `keys`
};
std::variant<SignedToken, TokenFault> ReadTrainPacket(std::span<const std::uint8_t> packet, const TrainKeys& keys);

// Writes extension and signature into `packet`, which has a fixed header without CSRCs and at least kTrainPacketSize
// octets; what lies behind the extension is left alone. Thread safety: that of the key.
void WriteTrainPacket(std::span<std::uint8_t> packet, const TrainToken& token, const TrainKey& key);

// Whether it can stand in a token: 1 to kReflectorNameSize octets of printable ASCII.
bool IsReflectorName(std::string_view name);

}  // namespace dialwatch::probes
