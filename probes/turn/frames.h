#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

namespace dialwatch::probes {

// Cuts a TCP stream into STUN messages and ChannelData, which lie in it one after the other (RFC 8656 §12.5), however
// the octets are dealt out. Holds at most one of them, which is below 64 KiB, and what was added last. Thread safety:
// none.
class TurnFrames {
 public:
  void Add(std::span<const std::uint8_t> octets);

  // The next whole one, valid until the next Add; nothing where more must come. Call it until then. An error where the
  // stream is neither: nothing after it can be told apart.
  base::Result<std::optional<std::span<const std::uint8_t>>> Next();

 private:
  std::vector<std::uint8_t> stream_;
  std::size_t taken_ = 0;
};

}  // namespace dialwatch::probes
