#include "probes/stun/stream_frames.h"

#include <array>

#include "probes/stun/framing.h"

namespace dialwatch::probes {
namespace {

constexpr std::array<std::uint8_t, 4> kMagicCookie{0x21, 0x12, 0xA4, 0x42};  // RFC 8489 §5

}  // namespace

void StunFrames::Add(std::span<const std::uint8_t> octets) {
  stream_.erase(stream_.begin(), stream_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
  stream_.insert(stream_.end(), octets.begin(), octets.end());
}

base::Result<std::optional<std::span<const std::uint8_t>>> StunFrames::Next() {
  using None = std::optional<std::span<const std::uint8_t>>;
  const auto rest = std::span<const std::uint8_t>(stream_).subspan(taken_);
  if (!rest.empty() && rest[0] >> 6 != 0) return base::Error{"what came is not STUN"};  // RFC 8489 §5
  if (rest.size() < kStunHeaderSize) return None();
  if (!std::equal(kMagicCookie.begin(), kMagicCookie.end(), rest.begin() + 4)) {
    return base::Error{"what came is not STUN"};
  }
  const std::size_t size = kStunHeaderSize + (static_cast<std::size_t>(rest[2]) << 8 | rest[3]);
  if (rest.size() < size) return None();
  taken_ += size;
  return std::optional(rest.first(size));
}

}  // namespace dialwatch::probes
