#include "base/duration_text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>

#include "base/printable.h"

namespace dialwatch::base {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};

constexpr std::array<Unit, 5> kUnits{{{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
constexpr std::size_t kShown = 60;  // octets of a wrong text in the error
constexpr std::int64_t kMax = 100LL * 365 * 86'400'000;

Error Bad(std::string_view text, std::string_view why) {
  return Error{fmt::format("\"{}\" is not a duration: {}; write it like \"30s\", \"2m\" or \"1h30m\"",
                           Printable(text, kShown), why)};
}

}  // namespace

Result<Duration> ParseDuration(std::string_view text) {
  if (text.empty()) return Bad(text, "it is empty");
  std::int64_t total = 0;
  std::size_t next_unit = 0;  // units must fall, so that "1s1h" and "1s1s" are mistakes rather than sums
  for (std::string_view rest = text; !rest.empty();) {
    std::int64_t count = 0;
    const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (failed == std::errc::result_out_of_range) return Bad(text, "it is longer than 100 years");
    if (failed != std::errc{} || count < 0) return Bad(text, "it needs a whole number before each unit");
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const std::string_view name = rest.substr(0, rest.find_first_of("0123456789"));
    if (name.empty()) return Bad(text, "the unit is missing");
    std::size_t unit = 0;
    while (unit < kUnits.size() && kUnits[unit].name != name) ++unit;
    if (unit == kUnits.size())
      return Bad(text, fmt::format("\"{}\" is not one of d, h, m, s, ms", Printable(name, kShown)));
    if (unit < next_unit) return Bad(text, "units must fall from d to ms, each once");
    next_unit = unit + 1;
    if (count > (kMax - total) / kUnits[unit].milliseconds) return Bad(text, "it is longer than 100 years");
    total += count * kUnits[unit].milliseconds;
    rest.remove_prefix(name.size());
  }
  return Duration(total);
}

std::string FormatDuration(Duration duration) {
  std::int64_t left = duration.count();
  if (left <= 0) return "0s";
  std::string text;
  for (const Unit& unit : kUnits) {
    if (left < unit.milliseconds) continue;
    text += fmt::format("{}{}", left / unit.milliseconds, unit.name);
    left %= unit.milliseconds;
  }
  return text;
}

std::string DescribeDuration(Duration duration) {
  std::int64_t left = duration.count();
  if (left < 1000) return left <= 0 ? "0s" : fmt::format("{}ms", left);
  for (std::size_t i = 0; i + 1 < kUnits.size(); ++i) {
    const std::int64_t count = left / kUnits[i].milliseconds;
    if (count == 0) continue;
    const std::int64_t rest = kUnits[i].name == "s" ? 0 : left % kUnits[i].milliseconds / kUnits[i + 1].milliseconds;
    if (rest == 0) return fmt::format("{}{}", count, kUnits[i].name);
    return fmt::format("{}{} {}{}", count, kUnits[i].name, rest, kUnits[i + 1].name);
  }
  return "0s";
}

}  // namespace dialwatch::base
