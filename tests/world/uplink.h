#pragma once

#include <optional>
#include <string>

#include "tests/world/chance.h"
#include "tests/world/reply.h"

namespace dialwatch::world {

// The network that the probes are in.
struct Uplink {
  Course<bool> out{false};   // nothing goes out
  Course<double> loss{0.0};  // of packets, each way
  Course<Duration> jitter{std::chrono::milliseconds(4)};
  Course<bool> blocks_dns{false};          // port 53
  Course<std::string> intercepts_dns{""};  // the operator that answers all of port 53; none: nobody does
  Course<std::string> public_address{"203.0.113.10"};
  Course<bool> symmetric{false};  // the NAT gives each destination a port of its own
  Course<std::string> pool{""};   // another public address that some destinations see

  // The time that a packet and its reply take beyond the server's own; nothing: one of them is lost.
  std::optional<Duration> Passes(TimePoint at, Chance& chance) const {
    if (out.At(at) || chance.Happens(loss.At(at)) || chance.Happens(loss.At(at))) return std::nullopt;
    return chance.UpTo(jitter.At(at));
  }

  // Where a destination sees our socket of this port. Of a pool, every other destination sees the other address.
  Endpoint Mapped(const Endpoint& destination, std::uint16_t port, TimePoint at) const {
    const unsigned last = destination.address.octets()[3];
    const bool pooled = !pool.At(at).empty() && last % 2 == 1;
    const unsigned apart = symmetric.At(at) ? 1000 + 7 * last + destination.port % 100 : 0;
    return {*IpAddress::Parse(pooled ? pool.At(at) : public_address.At(at)), static_cast<std::uint16_t>(port + apart)};
  }
};

}  // namespace dialwatch::world
