#pragma once

#include <cstdint>
#include <optional>

#include "state/archive.h"

// How the rows of `sample` lie: those of one slot of time together, and in it those of one series, so that what is
// written at one time fills few pages, what is deleted at one time is one stretch, and a series is read by seeks.
namespace dialwatch::state {

constexpr Duration SlotWidth(Resolution resolution) {
  switch (resolution) {
    case Resolution::kRaw:
      return std::chrono::minutes(10);
    case Resolution::kMinute:
      return std::chrono::minutes(30);
    case Resolution::kHour:
      break;
  }
  return std::chrono::days(1);
}

// Rounded down, also before 1970.
constexpr std::int64_t SlotOf(TimePoint at, Duration width) {
  const std::int64_t milliseconds = at.time_since_epoch().count();
  const std::int64_t slot = milliseconds / width.count();
  return milliseconds % width.count() < 0 ? slot - 1 : slot;
}
constexpr TimePoint Floor(TimePoint at, Duration width) {
  return TimePoint(SlotOf(at, width) * width);
}
constexpr std::int64_t WithinSlot(TimePoint at, Duration width) {
  return (at - Floor(at, width)).count();
}

inline std::optional<std::int64_t> Milliseconds(std::optional<TimePoint> at) {
  if (!at) return std::nullopt;
  return at->time_since_epoch().count();
}

}  // namespace dialwatch::state
