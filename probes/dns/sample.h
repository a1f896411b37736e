#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/record_type.h"
#include "base/time.h"
#include "config/settings.h"

namespace dialwatch::probes {

using base::Duration;
using base::Endpoint;
using base::RecordType;
using base::TimePoint;
using config::Transport;

// Through whom a name was asked: a recursive resolver, or an authoritative server directly.
struct Via {
  enum class Kind : std::uint8_t { kResolver, kAuthority };
  Kind kind = Kind::kResolver;
  std::string name;  // the resolver's configured name, or the authority's zone
  Endpoint server;   // the very address that was asked

  // "quad9 (9.9.9.9)", "authority (192.0.2.53)": for people.
  std::string ToString() const;
  auto operator<=>(const Via&) const = default;
};
constexpr std::array<std::string_view, 2> NamesOf(Via::Kind /*type only*/) {
  return {"resolver", "authority"};
}

// How one exchange ended. Only kAnswered carries a reply; its rcode may still be SERVFAIL.
enum class DnsOutcome : std::uint8_t {
  kAnswered,
  kTimeout,      // nothing that belongs to the query by the deadline
  kUnreachable,  // the network or the host said so (ICMP), or there is no route
  kMalformed,    // the right ID and source, but not a readable DNS message
  kTlsFailed,    // the connection stands, but the handshake or the certificate does not (RFC 8310 §8)
  kHttpFailed,   // an HTTP reply that is no DNS message: its status, its type or its size; or a stream that broke off
  kNotAsked,     // too many queries to this server are still unanswered: asked no more until some have ended
};
constexpr std::array<std::string_view, 7> NamesOf(DnsOutcome /*type only*/) {
  return {"answered", "timeout", "unreachable", "malformed", "tls_failed", "http_failed", "not_asked"};
}

// One resource record. `data` is presentation text: an address, a host name (normalized), or RFC 3597's "\# n hex".
struct DnsRecord {
  std::string owner;
  RecordType type{};
  std::uint32_t ttl = 0;  // seconds; values with the top bit set are 0 (RFC 2181 §8)
  std::string data;

  bool operator==(const DnsRecord&) const = default;
};

// RFC 8914 §2.
struct ExtendedError {
  std::uint16_t code = 0;
  std::string text;  // as it came: pass through Printable before showing

  bool operator==(const ExtendedError&) const = default;
};

constexpr int kRcodeNoError = 0, kRcodeServFail = 2, kRcodeNxDomain = 3, kRcodeRefused = 5;  // RFC 1035 §4.1.1
std::string FormatRcode(int rcode);

// Why a name was asked for. Only kName and kConfirm tell how a name fares.
enum class Purpose : std::uint8_t {
  kName,       // its turn
  kConfirm,    // asked again in the same turn, from another port or over another transport, since something was wrong
  kUnchecked,  // asked again with CD=1 after a SERVFAIL: an answer now means that validation failed
  kControl,    // a random name below a zone's probe label, which no cache can hold
  kIdentity,   // who answers there: id.server, or the operator's own name for it
  kReference,  // a name that is not ours, since the resolver was silent on one that is
};
constexpr std::array<std::string_view, 6> NamesOf(Purpose /*type only*/) {
  return {"name", "confirm", "unchecked", "control", "identity", "reference"};
}

// What one DNS probe saw.
struct DnsSample {
  std::string host;  // the question, normalized
  RecordType type = RecordType::kA;
  Purpose purpose = Purpose::kName;
  std::string zone;  // kControl: the zone of the control name
  Via via;
  TimePoint at;  // when the reply came, or when we gave up
  DnsOutcome outcome = DnsOutcome::kTimeout;
  std::string error;                      // what exactly; of a timeout: what it waited for, if that was not the reply
  Transport transport = Transport::kUdp;  // the last one used: kTcp after a truncated UDP reply
  std::chrono::microseconds rtt{};        // kAnswered only: from the last send to its reply; not the time to connect
  int sends = 0;                          // queries sent, retries of ours and the TCP one included
  int forged = 0;                         // messages that did not match the query (ID or question)

  // kAnswered only
  int rcode = 0;  // with the upper bits from EDNS
  bool aa = false, ra = false, ad = false;
  std::vector<DnsRecord> answers;
  std::vector<DnsRecord> authority;   // the SOA of a negative answer, or a referral
  std::vector<DnsRecord> additional;  // only where the question asked to keep it; without the OPT record
  std::vector<ExtendedError> extended_errors;
  std::string nsid;  // RFC 5001: as text where printable, else hex

  bool operator==(const DnsSample&) const = default;
};

// The data of all answers of the type asked for, sorted: what two samples are compared by. Empty unless NOERROR.
std::vector<std::string> AnswerSet(const DnsSample& sample);

// The lowest TTL over all answer records (links of the chain included): how long the answer as a whole lives.
std::optional<std::chrono::seconds> AnswerTtl(const DnsSample& sample);

}  // namespace dialwatch::probes
