#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/time.h"

namespace dialwatch::base {

// How long to wait before trying again: doubles from `first` to `most`, less up to half of it by `random`, so that
// those who failed together do not come back together. Thread safety: a pure function.
//   attempt  0-based number of the attempt that failed
//   random   any 32 random bits
constexpr Duration BackoffDelay(unsigned attempt, std::uint32_t random, Duration first = std::chrono::seconds(1),
                                Duration most = std::chrono::minutes(5)) {
  const auto doubled = first.count() * (std::int64_t{1} << std::min(attempt, 30U));
  const auto whole = std::min<std::int64_t>(doubled, most.count());
  return Duration(whole - (whole / 2) * static_cast<std::int64_t>(random) / UINT32_MAX);
}

}  // namespace dialwatch::base
