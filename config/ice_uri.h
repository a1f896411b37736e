#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/transport.h"

namespace dialwatch::config {

// A STUN or TURN server as browsers, Asterisk and our config name it (RFC 7064 §3.1, RFC 7065 §3.1). Host and port are
// those of the URI; without a port SRV records may name others (RFC 8489 §8).
struct IceUri {
  bool relay = false;                     // turn: and turns:
  Transport transport = Transport::kUdp;  // kUdp, kTcp, or kTls for stuns: and turns:
  std::string host = {};                  // a normalized host name, or an IP address as text
  std::optional<std::uint16_t> port = {};

  // 3478, over TLS 5349 (RFC 8489 §14, RFC 8656 §3.1).
  std::uint16_t DefaultPort() const { return transport == Transport::kTls ? 5349 : 3478; }
  // "_stun._udp.example.com"
  std::string SrvName() const;
  // The same for a server named with its default port and without; empty for none.
  std::string ServerText() const;

  bool operator==(const IceUri&) const = default;
};

// "stun:host", "stuns:host:port", "turn:host:port?transport=tcp"; an IPv6 address stands in brackets. `?transport=` is
// taken for stun: and stuns: too, since many write it. DTLS (?transport=udp with stuns: or turns:) is refused.
base::Result<IceUri> ParseIceUri(std::string_view text);
std::string FormatIceUri(const IceUri& uri);

}  // namespace dialwatch::config
