#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "base/time.h"

namespace dialwatch::world {

// All chance of a world, by one seed: the same on every machine, as the standard's distributions are not.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}

  double Share() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }  // 0 to 1
  bool Happens(double probability) { return probability > 0 && Share() < probability; }
  std::size_t Below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  base::Duration UpTo(base::Duration most) {
    return base::Duration(static_cast<base::Duration::rep>(Share() * static_cast<double>(most.count())));
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace dialwatch::world
