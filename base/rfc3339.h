#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace dialwatch::base {

// Reads what FormatRfc3339 writes: UTC, to the second or the millisecond; nothing where the text is anything else.
std::optional<TimePoint> ParseRfc3339(std::string_view text);

}  // namespace dialwatch::base
