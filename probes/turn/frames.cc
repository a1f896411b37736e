#include "probes/turn/frames.h"

#include <fmt/format.h>

#include "probes/stun/framing.h"

namespace dialwatch::probes {
namespace {

constexpr std::size_t kLengthEnds = 4;  // in both, octets 2 and 3 are the length

// How long the message at the start of `rest` is on the stream: nothing where it is none. By its first two bits
// (RFC 8656 §12.4).
std::optional<std::size_t> SizeOf(std::span<const std::uint8_t> rest) {
  const std::size_t length = static_cast<std::size_t>(rest[2]) << 8 | rest[3];
  switch (rest[0] >> 6) {
    case 0:
      return kStunHeaderSize + length;
    case 1:
      return kLengthEnds + (length + 3) / 4 * 4;
    default:
      return std::nullopt;
  }
}

}  // namespace

void TurnFrames::Add(std::span<const std::uint8_t> octets) {
  stream_.erase(stream_.begin(), stream_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
  stream_.insert(stream_.end(), octets.begin(), octets.end());
}

base::Result<std::optional<std::span<const std::uint8_t>>> TurnFrames::Next() {
  using Frame = std::optional<std::span<const std::uint8_t>>;
  const auto rest = std::span<const std::uint8_t>(stream_).subspan(taken_);
  if (rest.size() < kLengthEnds) return Frame();
  const auto size = SizeOf(rest);
  if (!size) return base::Error{fmt::format("0x{:02x} begins neither a STUN message nor channel data", rest[0])};
  if (rest.size() < *size) return Frame();
  taken_ += *size;
  return Frame(rest.first(*size));
}

}  // namespace dialwatch::probes
