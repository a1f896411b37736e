#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

namespace dialwatch::probes {

// Cuts a TCP stream into STUN messages, and where a relay is at the other end into ChannelData as well, which lie in it
// one after the other (RFC 8489 §6.2.2, RFC 8656 §12.5), however the octets are dealt out. Holds at most one of them,
// which is below 64 KiB and a header, and what was added last. Thread safety: none.
class StunFrames {
 public:
  enum class Kinds : std::uint8_t { kMessages, kMessagesAndChannelData };

  explicit StunFrames(Kinds kinds = Kinds::kMessages) : kinds_(kinds) {}

  void Add(std::span<const std::uint8_t> octets);

  // The next whole one, valid until the next Add; nothing where more must come. Call it until then. An error where the
  // stream is none: nothing after it can be told apart.
  base::Result<std::optional<std::span<const std::uint8_t>>> Next();

 private:
  Kinds kinds_;
  std::vector<std::uint8_t> stream_;
  std::size_t taken_ = 0;
};

}  // namespace dialwatch::probes
