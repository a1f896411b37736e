#pragma once

#include <optional>
#include <string_view>

#include "config/errors.h"

namespace dialwatch::config {

constexpr int kMostDots = 16;  // in one line, outside of quotes; a key of ours has at most two

// The first thing in the text that toml++ up to 3.4 must not see, none of which a config of ours has:
//   - a key "a.a.a…": it nests as deep as the line is long, and such a table is freed by recursion;
//   - characters beyond ASCII outside of quotes and comments, and strings in three quotes: where it looks for white
//     space, letters such as "ü" are undefined behaviour to it. So are those behind a quote in the middle of a word.
std::optional<Mistake> CheckText(std::string_view text);

}  // namespace dialwatch::config
