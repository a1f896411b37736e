#include "base/time.h"

#include <fmt/chrono.h>

namespace dialwatch::base {
namespace {

std::tm CalendarTime(TimePoint time) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  return fmt::gmtime(seconds);
}

}  // namespace

std::string FormatRfc3339(TimePoint time) {
  const auto milliseconds = (time - std::chrono::floor<std::chrono::seconds>(time)).count();
  const std::string text = fmt::format("{:%FT%T}", CalendarTime(time));
  return milliseconds == 0 ? text + "Z" : fmt::format("{}.{:03}Z", text, milliseconds);
}

std::string FormatClock(TimePoint time) {
  return fmt::format("{:%T} UTC", CalendarTime(time));
}

}  // namespace dialwatch::base
