#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/record_type.h"
#include "base/result.h"

namespace dialwatch::probes {

// RFC 1035 §3.2.4
enum class RecordClass : std::uint16_t { kIn = 1, kChaos = 3 };

// What we tell servers they may send over UDP: fits any path without fragments (DNS flag day 2020; RFC 9715 §3.1).
constexpr std::uint16_t kUdpSize = 1232;

// One query as it goes on the wire.
struct DnsQuery {
  // A padded query is a multiple of this, so that its size tells no name (RFC 8467 §4.1).
  static constexpr std::size_t kPadding = 128;
  // Header, the longest name, type and class, OPT with an NSID option (RFC 1035 §4.1, RFC 6891 §6.1.2): 286 octets,
  // and padding.
  static constexpr std::size_t kMaxSize = 3 * kPadding;

  std::array<std::uint8_t, kMaxSize> octets;
  std::size_t size = 0;
  std::size_t question_end = 0;  // the question stands from kHeaderSize up to here

  static constexpr std::size_t kHeaderSize = 12;
  std::uint16_t id() const { return static_cast<std::uint16_t>(octets[0] << 8 | octets[1]); }
  std::span<const std::uint8_t> wire() const { return {octets.data(), size}; }
};

struct DnsQueryOptions {
  bool recursion_desired = true;
  bool edns = true;                // with an OPT record that asks for the NSID (RFC 5001 §2.1)
  bool dnssec_ok = false;          // DO: signatures come with the answer (RFC 4035 §3.2.1); needs edns
  bool checking_disabled = false;  // CD: the resolver is not to validate (RFC 4035 §3.2.2)
  bool padded = false;             // for encrypted transports (RFC 7830); needs edns
  RecordClass record_class = RecordClass::kIn;
};

// A query for `host` (normalized; "" is the root) in the class of the options. Its ID is 0 until SetRandomId. Errors:
// what no query can carry, an empty label or one over 63 octets, a name over 255 octets.
base::Result<DnsQuery> MakeQuery(std::string_view host, base::RecordType type, DnsQueryOptions options);

// Each send has an ID of its own, taken from the system's random source (RFC 5452 §4.3).
void SetRandomId(DnsQuery& query);

enum class Match {
  kYes,
  kForged,  // too short, no reply, or not the ID or question of the query
};

// Whether `reply` answers `query`: the ID and the question are the same, but for the case of letters. A reply without a
// question counts by its ID alone, since servers refuse that way (RFC 1035 §4.1.2 lets them).
Match MatchReply(const DnsQuery& query, std::span<const std::uint8_t> reply);

}  // namespace dialwatch::probes
