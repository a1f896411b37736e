#include "base/rfc3339.h"

#include <cstddef>

namespace dialwatch::base {
namespace {

// The number that `text` is; nothing where there is anything but digits.
std::optional<unsigned> Number(std::string_view text) {
  unsigned number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number;
}

constexpr std::string_view kSeconds = "yyyy-mm-ddThh:mm:ssZ", kMilliseconds = "yyyy-mm-ddThh:mm:ss.sssZ";

}  // namespace

std::optional<TimePoint> ParseRfc3339(std::string_view text) {
  const std::string_view shape = text.size() == kSeconds.size() ? kSeconds : kMilliseconds;
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool digit = shape[i] >= 'a' && shape[i] <= 'z';
    if (!digit && text[i] != shape[i]) return std::nullopt;
  }
  const auto year = Number(text.substr(0, 4)), month = Number(text.substr(5, 2)), day = Number(text.substr(8, 2));
  const auto hour = Number(text.substr(11, 2)), minute = Number(text.substr(14, 2)),
             second = Number(text.substr(17, 2));
  const auto millisecond = shape == kSeconds ? 0 : Number(text.substr(20, 3));
  if (!year || !month || !day || !hour || !minute || !second || !millisecond) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                         std::chrono::day(*day)};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second) + std::chrono::milliseconds(*millisecond);
}

}  // namespace dialwatch::base
