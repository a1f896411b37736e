#pragma once

#include <memory>
#include <string>

#include "config/settings.h"
#include "tests/scenarios/scenario.h"
#include "tests/world/world.h"

namespace dialwatch::scenarios {

using base::TimePoint;

// A Monday; scenarios begin here.
constexpr TimePoint kStart{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + std::chrono::hours(8)};

// The world of a scenario, and the config of those who watch it.
struct Scene {
  world::World world;
  std::shared_ptr<config::Settings> settings;
};

// All is well in it.
Scene BuildScene(const Shape& shape, std::uint64_t seed);

// "quad9" of "quad9-https".
std::string OperatorOf(const std::string& resolver);
// Of a STUN or TURN server: "stun.telnyx.net".
std::string HostOfServer(const std::string& kind, const std::string& name);

}  // namespace dialwatch::scenarios
