#include "probes/train/token.h"

#include <algorithm>

#include "probes/rtp/octets.h"

namespace dialwatch::probes {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kReplyBit = 0x01, kUncountedBit = 0x02;
constexpr std::uint8_t kExtensionBit = 0x10;  // RFC 3550 §5.1
constexpr std::size_t kTokenAt = kRtpHeaderSize + kRtpExtensionHead;

// Where each field begins in the extension.
constexpr std::size_t kVersionAt = 0, kFlagsAt = 1, kKeyAt = 2, kReservedAt = 3, kTrainAt = 4, kNumberAt = 12,
                      kSentAt = 16, kReceivedAt = 24, kTransmittedAt = 32, kCountAt = 40, kNameAt = 44, kMacAt = 76;
static_assert(kMacAt == kNameAt + kReflectorNameSize && kTrainTokenSize == kMacAt + kTrainMacSize &&
              kTrainTokenSize % 4 == 0);

using Octets = std::span<const std::uint8_t>;

// What the signature is over: the packet from its beginning.
Octets Signed(Octets packet) {
  return packet.first(kTokenAt + kMacAt);
}

std::int64_t ReadTime(Octets octets) {
  return static_cast<std::int64_t>(ReadBigEndian<std::uint64_t>(octets));
}

std::string ReadName(Octets field) {
  const auto end = std::ranges::find(field, 0);
  return {field.begin(), end};
}

}  // namespace

std::variant<SignedToken, TokenFault> ReadTrainPacket(Octets packet, const TrainKeys& keys) {
  const auto rtp = ReadRtp(packet);
  if (!rtp) return TokenFault::kNotRtp;
  if (rtp->csrcs != 0 || !rtp->extension || rtp->extension->profile != kTrainProfile ||
      rtp->extension->octets.size() != kTrainTokenSize) {
    return TokenFault::kNoToken;
  }
  const Octets token = rtp->extension->octets;
  if (token[kVersionAt] != kVersion) return TokenFault::kVersion;
  const TrainKey* key = FindTrainKey(keys, token[kKeyAt]);
  if (key == nullptr) return TokenFault::kUnknownKey;
  if (!key->Verify(Signed(packet), token.subspan(kMacAt))) return TokenFault::kForged;
  SignedToken echo{.token = {}, .key = key};
  echo.token.is_reply = (token[kFlagsAt] & kReplyBit) != 0;
  echo.token.is_counted = (token[kFlagsAt] & kUncountedBit) == 0;
  echo.token.train = ReadBigEndian<std::uint64_t>(token.subspan(kTrainAt));
  echo.token.number = ReadBigEndian<std::uint32_t>(token.subspan(kNumberAt));
  echo.token.sent_ns = ReadTime(token.subspan(kSentAt));
  echo.token.received_ns = ReadTime(token.subspan(kReceivedAt));
  echo.token.transmitted_ns = ReadTime(token.subspan(kTransmittedAt));
  echo.token.count = ReadBigEndian<std::uint32_t>(token.subspan(kCountAt));
  echo.token.dialer = ReadName(token.subspan(kNameAt, kReflectorNameSize));
  return echo;
}

void WriteTrainPacket(std::span<std::uint8_t> packet, const TrainToken& token, const TrainKey& key) {
  packet[0] = static_cast<std::uint8_t>(packet[0] | kExtensionBit);
  WriteBigEndian(packet.subspan(kRtpHeaderSize), kTrainProfile);
  WriteBigEndian(packet.subspan(kRtpHeaderSize + 2), static_cast<std::uint16_t>(kTrainTokenSize / 4));
  const auto octets = packet.subspan(kTokenAt, kTrainTokenSize);
  octets[kVersionAt] = kVersion;
  octets[kFlagsAt] =
      static_cast<std::uint8_t>((token.is_reply ? kReplyBit : 0) | (token.is_counted ? 0 : kUncountedBit));
  octets[kKeyAt] = key.id();
  octets[kReservedAt] = 0;
  WriteBigEndian(octets.subspan(kTrainAt), token.train);
  WriteBigEndian(octets.subspan(kNumberAt), token.number);
  WriteBigEndian(octets.subspan(kSentAt), static_cast<std::uint64_t>(token.sent_ns));
  WriteBigEndian(octets.subspan(kReceivedAt), static_cast<std::uint64_t>(token.received_ns));
  WriteBigEndian(octets.subspan(kTransmittedAt), static_cast<std::uint64_t>(token.transmitted_ns));
  WriteBigEndian(octets.subspan(kCountAt), token.count);
  const auto name = octets.subspan(kNameAt, kReflectorNameSize);
  std::ranges::fill(name, std::uint8_t{0});
  std::copy_n(token.dialer.begin(), std::min(token.dialer.size(), kReflectorNameSize), name.begin());
  std::ranges::copy(key.Sign(Signed(packet)), octets.begin() + kMacAt);
}

bool IsReflectorName(std::string_view name) {
  const auto fits = [](char c) { return c > ' ' && c <= '~'; };
  return !name.empty() && name.size() <= kReflectorNameSize && std::ranges::all_of(name, fits);
}

}  // namespace dialwatch::probes
