#include "tests/probes/stun/messages.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace dialwatch::probes::test {
namespace {

void AppendU16(Octets& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value & 0xFF));
}

void Append(Octets& out, const Octets& more) {
  out.insert(out.end(), more.begin(), more.end());
}

}  // namespace

Octets FromHex(std::string_view text) {
  Octets octets;
  for (std::size_t at = 0; at < text.size();) {
    if (std::isspace(static_cast<unsigned char>(text[at])) != 0) {
      ++at;
      continue;
    }
    std::from_chars(text.data() + at, text.data() + at + 2, octets.emplace_back(), 16);
    at += 2;
  }
  return octets;
}

Octets Attribute(std::uint16_t type, const Octets& value) {
  Octets out;
  AppendU16(out, type);
  AppendU16(out, value.size());
  Append(out, value);
  out.resize((out.size() + 3) / 4 * 4, ' ');
  return out;
}

Octets AddressValue(const base::Endpoint& endpoint) {
  Octets out;
  AppendU16(out, endpoint.address.is_v6() ? 2 : 1);
  AppendU16(out, endpoint.port);
  Append(out, Octets(endpoint.address.octets(), endpoint.address.octets() + endpoint.address.size()));
  return out;
}

Octets XorAddressValue(const base::Endpoint& endpoint, const TransactionId& id) {
  Octets out = AddressValue(endpoint);
  for (std::size_t i = 0; i < 2; ++i) out[2 + i] ^= id[i];
  for (std::size_t i = 0; i < endpoint.address.size(); ++i) out[4 + i] ^= id[i];
  return out;
}

Octets ErrorValue(int code, std::string_view reason) {
  Octets out(4 + reason.size());
  out[2] = static_cast<std::uint8_t>(code / 100);
  out[3] = static_cast<std::uint8_t>(code % 100);
  std::ranges::copy(reason, out.begin() + 4);
  return out;
}

Octets Message(std::uint16_t type, const TransactionId& id, std::initializer_list<Octets> attributes) {
  Octets body;
  for (const Octets& attribute : attributes) Append(body, attribute);
  Octets out;
  AppendU16(out, type);
  AppendU16(out, body.size());
  out.insert(out.end(), id.begin(), id.end());
  Append(out, body);
  return out;
}

std::optional<std::uint16_t> ResponsePortOf(const Octets& request) {
  if (request.size() != 28 || request[20] != 0 || request[21] != 0x27) return std::nullopt;
  return static_cast<std::uint16_t>(request[24] << 8 | request[25]);
}

Octets MappedAnswer(const Octets& request, const base::Endpoint& from) {
  const TransactionId id = ReadTransactionId(request);
  return Message(kBindingSuccess, id, {Attribute(kXorMappedAddress, XorAddressValue(from, id))});
}

}  // namespace dialwatch::probes::test
