#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace dialwatch::base {

// Reads "250ms", "30s", "2m", "4h", "30d" and sums of them in falling units ("1h30m"). Errors: empty, no unit, unknown
// unit, negative, a unit twice or out of order, more than 100 years.
Result<Duration> ParseDuration(std::string_view text);

// The shortest text that ParseDuration reads back to the same value: 90 s is "1m30s", 86,400 s is "1d", zero is "0s".
std::string FormatDuration(Duration duration);

// For people, cut to two neighbouring units and never negative: "23h 58m", "4m 10s", "12s", "250ms".
std::string DescribeDuration(Duration duration);

}  // namespace dialwatch::base
