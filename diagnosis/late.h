#pragma once

#include "base/time.h"

namespace dialwatch::diagnosis {

// Whether what was seen at `at` only came late, after what was seen at `newest`. What seems to be older by more than
// this did not: the clock was set back.
constexpr base::Duration kMayComeLate = std::chrono::minutes(1);
inline bool IsLate(base::TimePoint at, base::TimePoint newest) {
  return at < newest && newest - at <= kMayComeLate;
}

}  // namespace dialwatch::diagnosis
