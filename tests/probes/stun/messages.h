#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "probes/stun/binding.h"

// STUN messages written octet by octet, so that the tests share no code with what they test.
namespace dialwatch::probes::test {

using Octets = std::vector<std::uint8_t>;

inline constexpr std::uint16_t kBindingSuccess = 0x0101;
inline constexpr std::uint16_t kBindingError = 0x0111;
inline constexpr std::uint16_t kMappedAddress = 0x0001;
inline constexpr std::uint16_t kMessageIntegrity = 0x0008;
inline constexpr std::uint16_t kXorMappedAddress = 0x0020;
inline constexpr std::uint16_t kSoftware = 0x8022;

Octets FromHex(std::string_view text);  // blanks are skipped

Octets Attribute(std::uint16_t type, const Octets& value);
Octets AddressValue(const base::Endpoint& endpoint);
Octets XorAddressValue(const base::Endpoint& endpoint, const TransactionId& id);
Octets ErrorValue(int code, std::string_view reason);

// The port that a request wants its answer at, if it names one (RFC 5780 §7.5) and nothing else.
std::optional<std::uint16_t> ResponsePortOf(const Octets& request);

// A whole message with the right length field.
Octets Message(std::uint16_t type, const TransactionId& id, std::initializer_list<Octets> attributes);

// What an honest server answers.
Octets MappedAnswer(const Octets& request, const base::Endpoint& from);

}  // namespace dialwatch::probes::test
