#pragma once

#include <string>

#include "config/settings.h"
#include "tests/world/world.h"

namespace dialwatch::world {

// The world of a call centre where all is well: dialers d1, d2, … below example.com at 198.51.100.1, .2, …, which two
// servers serve; quad9, cloudflare and google; stun.telnyx.com. At most 250 dialers.
World OrdinaryWorld(int dialers, std::uint64_t seed = 1);

// What watches it by default: every 30 s, with a reflector at each dialer, and tells "oncall".
config::Settings OrdinarySettings(int dialers);

std::string HostOf(int dialer);     // "d1.example.com"
std::string AddressOf(int dialer);  // "198.51.100.1"

// What nobody of ours has, and where nobody listens.
inline constexpr const char* kElsewhere = "203.0.113.66";

}  // namespace dialwatch::world
