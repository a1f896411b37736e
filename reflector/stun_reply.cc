#include "reflector/stun_reply.h"

#include <algorithm>
#include <cstddef>

#include "probes/rtp/octets.h"
#include "probes/stun/framing.h"

namespace dialwatch::reflector {
namespace {

using probes::kStunHeaderSize;
using probes::ReadBigEndian;
using Octets = std::span<const std::uint8_t>;

constexpr std::uint16_t kBindingRequest = 0x0001, kBindingSuccess = 0x0101;  // RFC 8489 §5, §18.2
constexpr std::uint32_t kMagicCookie = 0x2112A442;                           // RFC 8489 §5
constexpr std::uint16_t kXorMappedAddress = 0x0020;                          // RFC 8489 §14.2
constexpr std::uint16_t kFirstOptional = 0x8000;                             // RFC 8489 §14

// RFC 8489 §6.3.1: what must be understood and is not. The framing must have been looked at.
bool HasRequiredAttribute(Octets message) {
  for (auto rest = message.subspan(kStunHeaderSize); !rest.empty();) {
    if (ReadBigEndian<std::uint16_t>(rest) < kFirstOptional) return true;
    const std::size_t length = ReadBigEndian<std::uint16_t>(rest.subspan(2));
    rest = rest.subspan(4 + (length + 3) / 4 * 4);
  }
  return false;
}

template <typename T>
void Append(std::vector<std::uint8_t>* out, T value) {
  out->resize(out->size() + sizeof value);
  probes::WriteBigEndian(std::span(*out).last(sizeof value), value);
}

}  // namespace

std::vector<std::uint8_t> AnswerBinding(Octets datagram, const base::Endpoint& source) {
  const base::IpAddress& address = source.address;
  const std::size_t value = 4 + address.size();
  const std::size_t size = kStunHeaderSize + 4 + value;
  if (datagram.size() < size || probes::FindFramingFault(datagram) ||
      ReadBigEndian<std::uint16_t>(datagram) != kBindingRequest ||
      ReadBigEndian<std::uint32_t>(datagram.subspan(4)) != kMagicCookie || HasRequiredAttribute(datagram)) {
    return {};
  }
  std::vector<std::uint8_t> answer;
  Append(&answer, kBindingSuccess);
  Append(&answer, static_cast<std::uint16_t>(size - kStunHeaderSize));
  // the cookie and the transaction ID, which are also what the address is XORed with
  const Octets id = datagram.subspan(4, 16);
  answer.insert(answer.end(), id.begin(), id.end());
  Append(&answer, kXorMappedAddress);
  Append(&answer, static_cast<std::uint16_t>(value));
  Append(&answer, static_cast<std::uint16_t>(address.is_v6() ? 0x0002 : 0x0001));
  Append(&answer, static_cast<std::uint16_t>(source.port ^ kMagicCookie >> 16));
  for (std::size_t i = 0; i < address.size(); ++i) {
    answer.push_back(static_cast<std::uint8_t>(address.octets()[i] ^ id[i]));
  }
  return answer;
}

}  // namespace dialwatch::reflector
