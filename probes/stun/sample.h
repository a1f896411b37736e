#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/ip_address.h"
#include "base/time.h"

namespace dialwatch::probes {

// How one binding request ended.
enum class StunOutcome : std::uint8_t {
  kMapped,
  kTimeout,
  kUnreachable,    // ICMP, or no route
  kErrorResponse,  // an answer all the same: see error_code
  kMalformed,      // belongs to the request, but carries no address or cannot be read
  kUnresolved,     // the server's host name has no address
};
std::string_view FormatStunOutcome(StunOutcome outcome);

// What one binding to one server saw (RFC 8489 §3). All samples of a round were asked from one socket, which makes
// their mapped addresses comparable.
struct StunSample {
  std::string server;        // the configured name
  std::string host;          // as configured
  std::string resolved_via;  // the resolver that gave the address; empty for a literal one
  base::Endpoint address;    // the server asked
  std::uint64_t round = 0;   // equal for all samples of one round
  base::Endpoint local;      // our socket's address; without a reply only its port is sure
  base::TimePoint at;        // when the reply came, or when we gave up
  StunOutcome outcome = StunOutcome::kTimeout;
  std::string error;                             // empty for kMapped, else details: for kErrorResponse the reason
  int error_code = 0;                            // kErrorResponse: 300 to 699 (RFC 8489 §14.8)
  std::optional<base::Endpoint> mapped;          // kMapped
  std::optional<std::chrono::microseconds> rtt;  // only where the request was sent once (Karn's rule, RFC 8489 §6.2.1)
  int sends = 0;

  bool operator==(const StunSample&) const = default;
};

}  // namespace dialwatch::probes
