#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace dialwatch::lab {

// What the authority says of one host.
struct HostAddress {
  std::string address;
  int ttl = 300;  // seconds
};

// The zone example.com as its owner publishes it. Value type.
struct ExampleZone {
  std::map<std::string, HostAddress> hosts;  // by label: "d1"

  // d1 to d10 at 198.51.100.11 to .20, and the STUN servers; all with the TTL that the policy allows.
  static ExampleZone Good();

  std::string Render(std::uint32_t serial) const;
};

// The root zone: delegates example.com and knows stun.telnyx.com itself, for the lab needs no more of the world.
std::string RenderRoot();

}  // namespace dialwatch::lab
