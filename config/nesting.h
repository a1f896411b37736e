#pragma once

#include <optional>
#include <string_view>

#include "config/errors.h"

namespace dialwatch::config {

constexpr int kMostDots = 16;  // in one line, outside of strings and comments; a key of ours has at most two

// The first line with more dots than that. A key "a.a.a…" nests as deep as the file is long, and a TOML library that
// frees such a table by recursion runs out of stack.
std::optional<Position> FindDeepKey(std::string_view text);

}  // namespace dialwatch::config
