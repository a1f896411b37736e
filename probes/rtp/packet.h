#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace dialwatch::probes {

inline constexpr std::size_t kRtpHeaderSize = 12;    // RFC 3550 §5.1, without CSRCs
inline constexpr std::size_t kRtpExtensionHead = 4;  // RFC 3550 §5.3.1: profile and length, before the extension itself

// RFC 3550 §5.1.
struct RtpHeader {
  bool marker = false;
  std::uint8_t payload_type = 0;  // 7 bits
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;  // in units of the codec's clock
  std::uint32_t ssrc = 0;

  bool operator==(const RtpHeader&) const = default;
};

// RFC 3550 §5.3.1.
struct RtpExtension {
  std::uint16_t profile = 0;
  std::span<const std::uint8_t> octets;  // whole words of 32 bits
};

// One packet, as views into the datagram that it was read from.
struct RtpPacket {
  RtpHeader header;
  std::size_t csrcs = 0;
  std::optional<RtpExtension> extension;
  std::span<const std::uint8_t> payload;  // without padding
};

// A datagram as RTP, or nothing where it is none: too short, of another version, RTCP (RFC 5761 §4), or with a CSRC
// count, an extension or a padding that says more than there is. Thread safety: a pure function.
std::optional<RtpPacket> ReadRtp(std::span<const std::uint8_t> datagram);

// The packet on the wire, without CSRCs, extension and padding.
std::vector<std::uint8_t> WriteRtp(const RtpHeader& header, std::span<const std::uint8_t> payload);

}  // namespace dialwatch::probes
