#include "probes/stun/framing.h"

#include <fmt/format.h>

namespace dialwatch::probes {
namespace {

constexpr std::size_t kAttributeHeaderSize = 4;  // RFC 8489 §14: type and length
constexpr std::size_t kAlignment = 4;            // RFC 8489 §14: each value is padded to this

std::size_t ReadU16(std::span<const std::uint8_t> octets) {
  return static_cast<std::size_t>(octets[0]) << 8 | octets[1];
}

// The length that the value of an attribute must have where its readers trust it blindly.
std::optional<std::size_t> FixedLength(std::size_t type) {
  if (type == 0x0008) return 20;  // MESSAGE-INTEGRITY, RFC 8489 §14.5
  if (type == 0x8028) return 4;   // FINGERPRINT, RFC 8489 §14.7
  return std::nullopt;
}

}  // namespace

std::optional<std::string> FindFramingFault(std::span<const std::uint8_t> datagram) {
  if (datagram.size() < kStunHeaderSize) return fmt::format("{} octets are no STUN header", datagram.size());
  if (datagram[0] >> 6 != 0) return "the first two bits are not zero";  // RFC 8489 §5
  const std::size_t said = ReadU16(datagram.subspan(2));
  auto rest = datagram.subspan(kStunHeaderSize);
  if (said != rest.size()) {
    return fmt::format("the header announces {} octets, the datagram has {}", said, rest.size());
  }
  while (!rest.empty()) {
    if (rest.size() < kAttributeHeaderSize) return "the message ends within an attribute's header";
    const std::size_t type = ReadU16(rest);
    const std::size_t length = ReadU16(rest.subspan(2));
    rest = rest.subspan(kAttributeHeaderSize);
    const std::size_t padded = (length + kAlignment - 1) / kAlignment * kAlignment;
    if (padded > rest.size()) {
      return fmt::format("attribute 0x{:04x} has {} octets, the message only {} more", type, length, rest.size());
    }
    if (const auto fixed = FixedLength(type); fixed && *fixed != length) {
      return fmt::format("attribute 0x{:04x} has {} octets instead of {}", type, length, *fixed);
    }
    rest = rest.subspan(padded);
  }
  return std::nullopt;
}

}  // namespace dialwatch::probes
