#pragma once

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {

inline World WithStun(const std::vector<std::string>& servers, const std::vector<std::string>& expect_mapped = {}) {
  World world;
  AddStun(world.settings, servers);
  for (const auto& address : expect_mapped) {
    world.settings.vantage.expect_mapped.push_back(*base::IpAddress::Parse(address));
  }
  return world;
}

// The findings after so many more rounds of these samples, 30 s apart.
template <typename... Samples>
std::vector<std::string> IdsAfter(World& world, int rounds, Samples... samples) {
  for (int i = 0; i < rounds; ++i) {
    world.now += 30s;
    ((samples.round = static_cast<std::uint64_t>((world.now - kMonday).count())), ...);
    world.Round(samples...);
  }
  return world.Ids();
}

}  // namespace dialwatch::diagnosis
