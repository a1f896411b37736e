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

namespace dialwatch::probes {

// How one turn at one relay ended.
enum class TurnOutcome : std::uint8_t {
  kRelayed,            // data went through and came back
  kTimeout,            // no answer
  kUnreachable,        // ICMP, no route, or a connection that was refused or closed
  kTlsFailed,          // the certificate does not stand, or what came is not TLS
  kUnauthorized,       // it refuses our credentials: 401 or 441 after we gave them
  kQuota,              // it has no room for us: 486 or 508
  kErrorResponse,      // any other error: see error_code
  kNoData,             // all was granted, and nothing flows
  kMalformed,          // an answer to our request that cannot be read
  kUnresolved,         // the server's host name has no address
  kBadCredentialFile,  // password_file or secret_file cannot be read
};
constexpr std::array<std::string_view, 11> NamesOf(TurnOutcome /*type only*/) {
  return {"relayed",        "timeout", "unreachable", "tls-failed", "unauthorized",       "quota",
          "error-response", "no-data", "malformed",   "unresolved", "bad-credential-file"};
}

// How far a turn came, in this order.
enum class TurnStep : std::uint8_t {
  kCredentials,  // the file is read
  kResolve,
  kConnect,  // TCP, with TLS where the URI has it
  kAllocate,
  kPermit,       // CreatePermission
  kData,         // through the relay and back, as indications
  kBind,         // ChannelBind
  kChannelData,  // through the relay and back, on the channel
  kRefresh,      // the allocation is kept
  kRelease,      // and given back
};
constexpr std::array<std::string_view, 10> NamesOf(TurnStep /*type only*/) {
  return {"credentials", "resolve", "connect",      "allocate", "permit",
          "data",        "bind",    "channel-data", "refresh",  "release"};
}

// What of the packets of one direction came.
struct TurnFlow {
  int sent = 0;
  int arrived = 0;

  bool operator==(const TurnFlow&) const = default;
  TurnFlow operator+(const TurnFlow& more) const { return {sent + more.sent, arrived + more.arrived}; }
};

struct TurnTimedStep {
  TurnStep step = TurnStep::kConnect;
  std::chrono::microseconds took{};  // with what had to be sent again

  bool operator==(const TurnTimedStep&) const = default;
};

// Where a relay works, though not where other resolvers lead.
struct TurnElsewhere {
  base::Endpoint address;
  std::vector<std::string> resolved_via;

  bool operator==(const TurnElsewhere&) const = default;
};

// What one turn at one relay saw (RFC 8656): allocation, permission, channel, data to a second socket of ours and back,
// refresh, release. Holds no secret.
struct TurnSample {
  std::string server;                     // the configured name
  std::string uri;                        // as configured
  std::vector<std::string> resolved_via;  // the resolvers that gave the address, sorted; empty for a literal one
  base::Endpoint address;                 // the server asked; after a redirection (300) the one that it named
  base::TimePoint at;                     // when the turn ended
  TurnOutcome outcome = TurnOutcome::kTimeout;
  TurnStep step = TurnStep::kCredentials;  // the last one begun
  std::string error;                       // empty for kRelayed, else details: the server's reason where it gave one
  int error_code = 0;                      // 300 to 699 (RFC 8489 §14.8, RFC 8656 §19); 0: none
  std::optional<base::Endpoint> relayed;   // the address that a caller would have
  std::optional<base::Endpoint> mapped;    // ours as the server sees it
  std::optional<std::chrono::microseconds> rtt;  // of a request that was sent once
  TurnFlow out, back;                            // through the relay to our second socket, and from it
  std::vector<TurnTimedStep> steps;              // from kConnect on, the one that failed included; twice after a 300
  std::optional<base::TimePoint> certificate_expires;
  std::optional<TurnElsewhere> works_at;  // where the turn failed: another one right after it did not

  bool operator==(const TurnSample&) const = default;
};

// "error-response 403 at permit: Forbidden IP", "no-data: nothing came through the relay in either direction",
// "relayed".
std::string OutcomeText(const TurnSample& sample);

}  // namespace dialwatch::probes
