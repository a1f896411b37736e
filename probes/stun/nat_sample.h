#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "base/time.h"

namespace dialwatch::probes {

// What a NAT lets its choice of a mapped port, or of whose packets it lets in, depend on (RFC 4787 §4.1, §5).
enum class NatBehaviour : std::uint8_t {
  kNotMeasurable,
  kEndpointIndependent,      // on nothing but our own address and port
  kAddressDependent,         // on the address of the other side, too
  kAddressAndPortDependent,  // on its address and port
};
constexpr std::array<std::string_view, 4> NamesOf(NatBehaviour /*type only*/) {
  return {"not-measurable", "endpoint-independent", "address-dependent", "address-and-port-dependent"};
}

// How long a mapping that nobody uses was seen to live: at least as long as it was once found alive after, at most as
// long as it was once found gone after.
struct MappingLifetime {
  std::optional<std::chrono::seconds> at_least, at_most;

  bool operator==(const MappingLifetime&) const = default;
};

// What is between us and one address of a STUN server, as that server lets us measure it (RFC 5780 §4). Seldom: see
// stun/nat_watch.h.
struct NatSample {
  std::string server;                       // the configured name
  base::Endpoint address;                   // the server asked
  base::Endpoint local;                     // our socket
  base::TimePoint at;                       // when it was known
  std::optional<base::Endpoint> mapped;     // what the server saw; equal to `local` where there is no NAT
  std::optional<base::Endpoint> elsewhere;  // what its other address saw of the same socket
  NatBehaviour mapping = NatBehaviour::kNotMeasurable;
  NatBehaviour filtering = NatBehaviour::kNotMeasurable;
  MappingLifetime lifetime;
  std::string why;  // what is kNotMeasurable, and the reason; empty where all was measured

  bool operator==(const NatSample&) const = default;
};

}  // namespace dialwatch::probes
