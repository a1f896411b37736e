#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dialwatch::config {

struct StunUri {
  std::string host;  // a normalized host name, or an IP address as text
  std::uint16_t port = 3478;

  bool operator==(const StunUri&) const = default;
};

// "stun:host[:port]" (RFC 7064 §3.1); an IPv6 address stands in brackets.
base::Result<StunUri> ParseStunUri(std::string_view text);
std::string FormatStunUri(const StunUri& uri);

}  // namespace dialwatch::config
