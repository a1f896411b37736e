#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

// Patterns in which * stands for any characters, none and dots included.
namespace dialwatch::config {

// Whether `pattern` is the whole of `text`. Its time is at most their lengths multiplied.
bool MatchesPattern(std::string_view pattern, std::string_view text);

// A pattern for host names, in lower case: "dialer*.example.com". Errors say what can stand in no host name.
base::Result<std::string> NormalizeHostPattern(std::string_view text);

}  // namespace dialwatch::config
