#pragma once

#include <cstdint>

#include "base/ip_address.h"

namespace dialwatch::probes::test {

enum class IcmpCode : std::uint8_t { kHostUnreachable = 1, kPortUnreachable = 3 };  // RFC 792

// As a router would: tells the sender of a datagram between these loopback endpoints that it did not arrive, quoting no
// more of it than a router must, the IP header and 8 octets. False where raw sockets are not allowed.
bool SendIcmp(IcmpCode code, const base::Endpoint& from, const base::Endpoint& to);

}  // namespace dialwatch::probes::test
