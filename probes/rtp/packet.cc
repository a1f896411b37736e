#include "probes/rtp/packet.h"

#include <algorithm>

#include "probes/rtp/octets.h"

namespace dialwatch::probes {
namespace {

constexpr std::uint8_t kVersion = 2;
constexpr std::uint8_t kPaddingBit = 0x20, kExtensionBit = 0x10, kCsrcMask = 0x0F, kMarkerBit = 0x80;
constexpr std::size_t kCsrcSize = 4, kWord = 4;

}  // namespace

std::optional<RtpPacket> ReadRtp(std::span<const std::uint8_t> datagram) {
  if (datagram.size() < kRtpHeaderSize || datagram[0] >> 6 != kVersion) return std::nullopt;
  if (datagram[1] >= 192 && datagram[1] <= 223) return std::nullopt;  // RFC 5761 §4: RTCP on the same port
  RtpPacket packet;
  packet.header.marker = (datagram[1] & kMarkerBit) != 0;
  packet.header.payload_type = datagram[1] & 0x7F;
  packet.header.sequence = ReadBigEndian<std::uint16_t>(datagram.subspan(2));
  packet.header.timestamp = ReadBigEndian<std::uint32_t>(datagram.subspan(4));
  packet.header.ssrc = ReadBigEndian<std::uint32_t>(datagram.subspan(8));
  packet.csrcs = datagram[0] & kCsrcMask;

  auto rest = datagram.subspan(kRtpHeaderSize);
  if (packet.csrcs * kCsrcSize > rest.size()) return std::nullopt;
  rest = rest.subspan(packet.csrcs * kCsrcSize);
  if ((datagram[0] & kExtensionBit) != 0) {
    if (rest.size() < kRtpExtensionHead) return std::nullopt;
    const std::size_t size = ReadBigEndian<std::uint16_t>(rest.subspan(2)) * kWord;
    if (size > rest.size() - kRtpExtensionHead) return std::nullopt;
    packet.extension = RtpExtension{ReadBigEndian<std::uint16_t>(rest), rest.subspan(kRtpExtensionHead, size)};
    rest = rest.subspan(kRtpExtensionHead + size);
  }
  if ((datagram[0] & kPaddingBit) != 0) {
    // RFC 3550 §5.1: the last octet counts the padding, itself included
    if (rest.empty() || rest.back() == 0 || rest.back() > rest.size()) return std::nullopt;
    rest = rest.first(rest.size() - rest.back());
  }
  packet.payload = rest;
  return packet;
}

std::vector<std::uint8_t> WriteRtp(const RtpHeader& header, std::span<const std::uint8_t> payload) {
  std::vector<std::uint8_t> packet(kRtpHeaderSize + payload.size());
  const std::span<std::uint8_t> octets(packet);
  octets[0] = kVersion << 6;
  octets[1] = static_cast<std::uint8_t>((header.marker ? kMarkerBit : 0) | (header.payload_type & 0x7F));
  WriteBigEndian(octets.subspan(2), header.sequence);
  WriteBigEndian(octets.subspan(4), header.timestamp);
  WriteBigEndian(octets.subspan(8), header.ssrc);
  std::ranges::copy(payload, packet.begin() + kRtpHeaderSize);
  return packet;
}

}  // namespace dialwatch::probes
