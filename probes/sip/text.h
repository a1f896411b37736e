#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ip_address.h"

namespace dialwatch::probes {

// Pieces of SIP's grammar (RFC 3261 §25.1). All are pure and take any text.

// Without regard to the case of ASCII letters, as most of SIP compares.
bool SipEqual(std::string_view a, std::string_view b);
// Without spaces and tabs at both ends.
std::string_view SipTrim(std::string_view text);
bool IsSipToken(std::string_view text);
// What can stand as a URI in a request's first line or between angle brackets.
bool IsSipUriText(std::string_view text);
// Digits only, below 2^32.
std::optional<std::uint32_t> SipNumber(std::string_view text);

// Cut at each `separator` that stands outside of quotes and angle brackets; the pieces trimmed. Nothing where a quote
// or a bracket is not closed.
std::optional<std::vector<std::string_view>> SplitSip(std::string_view text, char separator);

std::string SipQuoted(std::string_view text);
std::string SipHex(std::span<const std::uint8_t> octets);
// Of 128 random bits: a tag, a branch, a nonce of ours, which nobody can guess (§19.3).
std::string NewSipToken();

// "name=value" or "name"; a value may be quoted, and then keeps its escapes.
using SipParameters = std::vector<std::pair<std::string, std::string>>;
SipParameters ReadSipParameters(const std::vector<std::string_view>& pieces, std::size_t from);
std::optional<std::string_view> FindSipParameter(const SipParameters& parameters, std::string_view name);

// `"Name" <uri>;parameters` or `uri;parameters` (RFC 3261 §20.10): a Contact, From, To, Route.
struct SipNameAddress {
  std::string uri;
  SipParameters parameters;
};
std::optional<SipNameAddress> ReadSipNameAddress(std::string_view text);

// `SIP/2.0/UDP host:port;branch=…` (RFC 3261 §20.42).
struct SipVia {
  std::string branch;
  std::optional<base::Endpoint> seen;  // where the server saw the request come from: received and rport (RFC 3581 §4)
};
std::optional<SipVia> ReadSipVia(std::string_view text);

}  // namespace dialwatch::probes
