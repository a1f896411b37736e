#include "probes/stun/stream_frames.h"

#include <algorithm>
#include <array>

#include "probes/stun/framing.h"

namespace dialwatch::probes {
namespace {

constexpr std::array<std::uint8_t, 4> kMagicCookie{0x21, 0x12, 0xA4, 0x42};  // RFC 8489 §5
constexpr std::size_t kChannelHeader = 4;                                    // RFC 8656 §12.4
constexpr const char* kNotStun = "what came is not STUN";

}  // namespace

void StunFrames::Add(std::span<const std::uint8_t> octets) {
  stream_.erase(stream_.begin(), stream_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
  stream_.insert(stream_.end(), octets.begin(), octets.end());
}

base::Result<std::optional<std::span<const std::uint8_t>>> StunFrames::Next() {
  using Frame = std::optional<std::span<const std::uint8_t>>;
  const auto rest = std::span<const std::uint8_t>(stream_).subspan(taken_);
  if (rest.empty()) return Frame();
  const int kind = rest[0] >> 6;  // 0: a message (RFC 8489 §5), 1: channel data (RFC 8656 §12.4)
  if (kind > (kinds_ == Kinds::kMessages ? 0 : 1)) return base::Error{kNotStun};
  const std::size_t header = kind == 0 ? kStunHeaderSize : kChannelHeader;
  if (rest.size() < header) return Frame();
  if (kind == 0 && !std::equal(kMagicCookie.begin(), kMagicCookie.end(), rest.begin() + 4)) {
    return base::Error{kNotStun};
  }
  const std::size_t length = static_cast<std::size_t>(rest[2]) << 8 | rest[3];
  const std::size_t size = header + (kind == 0 ? length : (length + 3) / 4 * 4);
  if (rest.size() < size) return Frame();
  taken_ += size;
  return Frame(rest.first(size));
}

}  // namespace dialwatch::probes
