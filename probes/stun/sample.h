#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "config/transport.h"

namespace dialwatch::probes {

// How one binding request ended.
enum class StunOutcome : std::uint8_t {
  kMapped,
  kTimeout,
  kUnreachable,    // ICMP, no route, or a connection that was refused or closed
  kTlsFailed,      // no handshake, or a certificate that does not stand
  kErrorResponse,  // an answer all the same: see error_code
  kMalformed,      // belongs to the request, but carries no address or cannot be read
  kUnresolved,     // the server's host name has no address
};
constexpr std::array<std::string_view, 7> NamesOf(StunOutcome /*type only*/) {
  return {"mapped", "timeout", "unreachable", "tls-failed", "error-response", "malformed", "unresolved"};
}

// What one binding to one address of a server saw (RFC 8489 §3). All UDP samples of a round and an address family were
// asked from one socket, which makes their mapped addresses and ports comparable; over TCP and TLS each has a
// connection, and so a port, of its own.
struct StunSample {
  std::string server;      // the configured name
  std::string host;        // as configured
  std::string srv_target;  // the host that an SRV record of `host` named; empty: none did
  config::Transport transport = config::Transport::kUdp;  // kUdp, kTcp or kTls
  std::vector<std::string> resolved_via;  // all resolvers that gave the address, sorted; empty for a literal one
  base::Endpoint address;                 // the server asked; without one for kUnresolved
  std::uint64_t round = 0;                // equal for all samples of one round
  base::Endpoint local;                   // our socket's address; without a reply only its port is sure
  base::TimePoint at;                     // when the reply came, or when we gave up
  StunOutcome outcome = StunOutcome::kTimeout;
  std::string error;                             // empty for kMapped, else details: for kErrorResponse the reason
  int error_code = 0;                            // kErrorResponse: 300 to 699 (RFC 8489 §14.8)
  std::optional<base::Endpoint> mapped;          // kMapped
  std::optional<std::chrono::microseconds> rtt;  // of a request that was sent once (Karn's rule, RFC 8489 §6.2.1)
  int sends = 0;

  bool operator==(const StunSample&) const = default;
};

}  // namespace dialwatch::probes
