#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dialwatch::config {

// Where a server is, as URIs say it: "name", "name:5060", "192.0.2.1:5060", "[2001:db8::1]".
struct HostPort {
  std::string host;  // a normalized host name, or an IP address as text
  std::optional<std::uint16_t> port = {};

  bool operator==(const HostPort&) const = default;
};

base::Result<HostPort> ParseHostPort(std::string_view text);
std::string FormatHostPort(const HostPort& place);

}  // namespace dialwatch::config
