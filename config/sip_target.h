#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/transport.h"

namespace dialwatch::config {

// Where a dialer takes calls by SIP (RFC 3261 §19.1), without a user.
struct SipTarget {
  Transport transport = Transport::kUdp;  // kUdp, kTcp, or kTls for sips:
  std::string host = {};                  // a normalized host name, or an IP address as text
  std::optional<std::uint16_t> port = {};

  // RFC 3261 §19.1.2: 5060, over TLS 5061.
  std::uint16_t PortOrDefault() const { return port.value_or(transport == Transport::kTls ? 5061 : 5060); }

  bool operator==(const SipTarget&) const = default;
};

// "sip:host", "sip:host:port;transport=tcp", "sips:[2001:db8::1]".
base::Result<SipTarget> ParseSipTarget(std::string_view text);
std::string FormatSipTarget(const SipTarget& target);

}  // namespace dialwatch::config
