#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "probes/stun/framing.h"
#include "probes/stun/sample.h"

namespace dialwatch::probes {

// The magic cookie and 96 bits from the system's random source (RFC 8489 §5), which a reply must bring back.
using TransactionId = std::array<std::uint8_t, 16>;
TransactionId NewTransactionId();

// The transaction ID field of a datagram of at least kStunHeaderSize octets.
TransactionId ReadTransactionId(std::span<const std::uint8_t> datagram);

// A binding request without attributes (RFC 8489 §3).
using BindingRequest = std::array<std::uint8_t, kStunHeaderSize>;
BindingRequest WriteBindingRequest(const TransactionId& id);

// One that says who asks, and has a FINGERPRINT (RFC 8489 §14.7): media servers answer no other while they await ICE's
// checks. It is longer than a plain answer to it.
std::vector<std::uint8_t> WriteSignedBindingRequest(const TransactionId& id);

// Where else a server is to answer from or to; few do.
struct BindingWish {
  bool change_address = false;                      // RFC 5780 §7.2: from its other address
  bool change_port = false;                         // from its other port
  std::optional<std::uint16_t> response_port = {};  // RFC 5780 §7.5: to this port of the sender's address
};
std::vector<std::uint8_t> WriteBindingRequest(const TransactionId& id, const BindingWish& wish);

// The part of a StunSample that the reply's octets decide.
struct BindingReply {
  StunOutcome outcome = StunOutcome::kMalformed;  // kMapped, kErrorResponse or kMalformed
  std::optional<base::Endpoint> mapped;           // kMapped
  std::optional<base::Endpoint> other;            // kMapped: the server's other address and port (RFC 5780 §7.4)
  int error_code = 0;                             // kErrorResponse
  std::string error;                              // kErrorResponse: the reason phrase; kMalformed: what is wrong
};

// Reads what came for the request `id`. Takes any octets. A FINGERPRINT must be right where there is one; a
// MESSAGE-INTEGRITY is not judged, since the request had no credentials. Thread safe.
BindingReply ReadBindingReply(const TransactionId& id, std::span<const std::uint8_t> datagram);

// The same for what came from `server`, which sees us at an address of its own family; only behind a NAT64 (RFC 6052
// §2.1) does an IPv4 server answer over IPv6. Another one would be held against no other server's word.
BindingReply ReadBindingReply(const TransactionId& id, std::span<const std::uint8_t> datagram,
                              const base::IpAddress& server);

}  // namespace dialwatch::probes
