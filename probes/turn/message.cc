#include "probes/turn/message.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "probes/stun/framing.h"

namespace dialwatch::probes {
namespace {

using Octets = std::span<const std::uint8_t>;

constexpr std::size_t kAttributeHeader = 4;  // RFC 8489 §14: type and length
constexpr std::size_t kSignatureSize = 20;   // RFC 8489 §14.5: of a SHA-1
constexpr std::size_t kAddressOffset = 4;    // RFC 8489 §14.1: nothing, family, port
constexpr std::uint8_t kIpv4 = 1, kIpv6 = 2;
constexpr std::size_t kChannelHeader = 4;  // RFC 8656 §12.4: number and length

std::uint16_t ReadU16(Octets octets) {
  return static_cast<std::uint16_t>(octets[0] << 8 | octets[1]);
}

void WriteU16(std::uint8_t* to, std::size_t value) {
  to[0] = static_cast<std::uint8_t>(value >> 8);
  to[1] = static_cast<std::uint8_t>(value);
}

constexpr std::size_t Padded(std::size_t size) {
  return (size + 3) / 4 * 4;
}

// RFC 8489 §5, figure 3: the class lies between the bits of the method.
std::uint16_t TypeOf(TurnMethod method, TurnClass kind) {
  const auto m = static_cast<unsigned>(method);
  const auto c = static_cast<unsigned>(kind);
  return static_cast<std::uint16_t>((m & 0xF) | (m & 0x70) << 1 | (m & 0xF80) << 2 | (c & 1) << 4 | (c & 2) << 7);
}

using Signature = std::array<std::uint8_t, kSignatureSize>;

// Of what stands before the MESSAGE-INTEGRITY, with a length that counts it (RFC 8489 §14.5).
std::optional<Signature> Sign(Octets before, const TurnKey& key) {
  std::vector<std::uint8_t> text(before.begin(), before.end());
  WriteU16(&text[2], text.size() - kStunHeaderSize + kAttributeHeader + kSignatureSize);
  Signature signature{};
  unsigned size = 0;
  const auto* made =
      HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), text.data(), text.size(), signature.data(), &size);
  if (made == nullptr || size != signature.size()) return std::nullopt;
  return signature;
}

// Calls `take(type, value, offset)` for each attribute until it returns true. The lengths are known to be right.
template <typename Take>
void Walk(Octets message, const Take& take) {
  std::size_t at = kStunHeaderSize;
  while (at < message.size()) {
    const std::size_t size = ReadU16(message.subspan(at + 2));
    const auto type = static_cast<TurnAttribute>(ReadU16(message.subspan(at)));
    if (take(type, message.subspan(at + kAttributeHeader, size), at)) return;
    at += kAttributeHeader + Padded(size);
  }
}

std::optional<base::Endpoint> ReadAddress(Octets value, Octets mask) {
  const bool v6 = value.size() == kAddressOffset + 16 && value[1] == kIpv6;
  if (!v6 && (value.size() != kAddressOffset + 4 || value[1] != kIpv4)) return std::nullopt;
  std::array<std::uint8_t, 20> plain{};
  std::copy(value.begin(), value.end(), plain.begin());
  for (std::size_t i = 0; i < 2; ++i) plain[2 + i] ^= mask[i];
  for (std::size_t i = kAddressOffset; i < value.size(); ++i) plain[i] ^= mask[i - kAddressOffset];
  const std::uint8_t* address = plain.data() + kAddressOffset;
  return base::Endpoint{v6 ? base::IpAddress::V6(address) : base::IpAddress::V4(address),
                        ReadU16(Octets(plain).subspan(2))};
}

}  // namespace

TurnWriter::TurnWriter(TurnMethod method, TurnClass kind, const TransactionId& id) : octets_(kStunHeaderSize) {
  WriteU16(octets_.data(), TypeOf(method, kind));
  std::copy(id.begin(), id.end(), octets_.begin() + 4);
}

TurnWriter& TurnWriter::Add(TurnAttribute type, Octets value) {
  const std::size_t at = octets_.size();
  octets_.resize(at + kAttributeHeader + Padded(value.size()));
  WriteU16(&octets_[at], static_cast<std::size_t>(type));
  WriteU16(&octets_[at + 2], value.size());
  std::copy(value.begin(), value.end(), octets_.begin() + static_cast<std::ptrdiff_t>(at + kAttributeHeader));
  return *this;
}

TurnWriter& TurnWriter::Add(TurnAttribute type, std::string_view value) {
  return Add(type, Octets(reinterpret_cast<const std::uint8_t*>(value.data()), value.size()));
}

TurnWriter& TurnWriter::Add(TurnAttribute type, std::uint32_t value) {
  std::array<std::uint8_t, 4> octets{};
  WriteU16(octets.data(), value >> 16);
  WriteU16(octets.data() + 2, value & 0xFFFF);
  return Add(type, Octets(octets));
}

TurnWriter& TurnWriter::AddXor(TurnAttribute type, const base::Endpoint& address) {
  const Octets mask = Octets(octets_).subspan(4, 16);  // the magic cookie and the transaction ID
  std::vector<std::uint8_t> value(kAddressOffset);
  value[1] = address.address.is_v6() ? kIpv6 : kIpv4;
  WriteU16(&value[2], address.port ^ ReadU16(mask));
  for (std::size_t i = 0; i < address.address.size(); ++i) {
    value.push_back(static_cast<std::uint8_t>(address.address.octets()[i] ^ mask[i]));
  }
  return Add(type, value);
}

std::vector<std::uint8_t> TurnWriter::Finish(const TurnKey& key) && {
  if (!key.empty()) {
    if (const auto signature = Sign(octets_, key)) Add(TurnAttribute::kMessageIntegrity, *signature);
  }
  WriteU16(&octets_[2], octets_.size() - kStunHeaderSize);
  return std::move(octets_);
}

base::Result<TurnMessage> TurnMessage::Read(Octets octets) {
  if (auto fault = FindFramingFault(octets)) return base::Error{std::move(*fault)};
  return TurnMessage(octets);
}

TurnClass TurnMessage::kind() const {
  const unsigned type = ReadU16(octets_);
  return static_cast<TurnClass>((type >> 4 & 1) | (type >> 7 & 2));
}

std::uint16_t TurnMessage::method() const {
  const unsigned type = ReadU16(octets_);
  return static_cast<std::uint16_t>((type & 0xF) | (type >> 1 & 0x70) | (type >> 2 & 0xF80));
}

std::optional<Octets> TurnMessage::Find(TurnAttribute wanted) const {
  std::optional<Octets> found;
  Walk(octets_, [&](TurnAttribute type, Octets value, std::size_t) {
    if (type == wanted) found = value;
    return found || type == TurnAttribute::kMessageIntegrity;
  });
  return found;
}

std::optional<std::string> TurnMessage::FindText(TurnAttribute type) const {
  const auto value = Find(type);
  if (!value) return std::nullopt;
  return std::string(value->begin(), value->end());
}

std::optional<base::Endpoint> TurnMessage::FindXor(TurnAttribute type) const {
  const auto value = Find(type);
  return value ? ReadAddress(*value, octets_.subspan(4, 16)) : std::nullopt;
}

std::optional<base::Endpoint> TurnMessage::FindAddress(TurnAttribute type) const {
  constexpr std::array<std::uint8_t, 16> kPlain{};
  const auto value = Find(type);
  return value ? ReadAddress(*value, kPlain) : std::nullopt;
}

std::optional<TurnMessage::ErrorCode> TurnMessage::FindError() const {
  const auto value = Find(TurnAttribute::kErrorCode);
  if (!value || value->size() < 4) return std::nullopt;
  const int hundreds = (*value)[2] & 7, rest = (*value)[3];
  if (hundreds < 3 || hundreds > 6 || rest > 99) return std::nullopt;
  const auto reason = value->subspan(4);
  return ErrorCode{hundreds * 100 + rest, std::string(reason.begin(), reason.end())};
}

bool TurnMessage::IsSigned(const TurnKey& key) const {
  bool right = false;
  Walk(octets_, [&](TurnAttribute type, Octets value, std::size_t at) {
    if (type != TurnAttribute::kMessageIntegrity) return false;
    const auto signature = Sign(octets_.first(at), key);
    right = signature && value.size() == kSignatureSize &&
            CRYPTO_memcmp(value.data(), signature->data(), kSignatureSize) == 0;
    return true;
  });
  return right;
}

std::optional<ChannelData> ReadChannelData(Octets octets) {
  if (octets.size() < kChannelHeader) return std::nullopt;
  const std::uint16_t channel = ReadU16(octets);
  const std::size_t size = ReadU16(octets.subspan(2));
  if (channel < kFirstChannel || channel > kLastChannel || size > octets.size() - kChannelHeader) return std::nullopt;
  return ChannelData{channel, octets.subspan(kChannelHeader, size)};
}

std::vector<std::uint8_t> WriteChannelData(const ChannelData& data, bool padded) {
  std::vector<std::uint8_t> octets(kChannelHeader + (padded ? Padded(data.data.size()) : data.data.size()));
  WriteU16(octets.data(), data.channel);
  WriteU16(octets.data() + 2, data.data.size());
  std::copy(data.data.begin(), data.data.end(), octets.begin() + kChannelHeader);
  return octets;
}

}  // namespace dialwatch::probes
