#pragma once

#include <chrono>
#include <string>

namespace dialwatch::base {

// Wall clock: what people, logs and databases read. Deadlines are kept on std::chrono::steady_clock instead.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

inline TimePoint WallClockNow() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// "2020-08-31T13:05:00Z", with milliseconds only where they are not zero (RFC 3339 §5.6).
std::string FormatRfc3339(TimePoint time);

// The same in whole seconds, for people.
inline std::string FormatRfc3339Seconds(TimePoint time) {
  return FormatRfc3339(std::chrono::floor<std::chrono::seconds>(time));
}

// "13:05:00 UTC", for people who know the day.
std::string FormatClock(TimePoint time);

}  // namespace dialwatch::base
