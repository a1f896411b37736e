#include "config/pattern.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/host_name.h"
#include "base/lower.h"
#include "base/printable.h"

namespace dialwatch::config {

bool MatchesPattern(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0;
  std::size_t star = std::string_view::npos, behind = 0;  // the last star, and the text that it has not taken yet
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      behind = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++behind;  // it takes one more
    } else {
      return false;
    }
  }
  return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(p), pattern.end(), [](char c) { return c == '*'; });
}

base::Result<std::string> NormalizeHostPattern(std::string_view text) {
  std::string name(text);
  std::replace(name.begin(), name.end(), '*', 'x');
  if (const auto normal = base::NormalizeHostName(name); !normal) {
    return base::Error{
        fmt::format("\"{}\" matches no host name; write it like \"dialer*.example.com\"", base::Printable(text, 300))};
  }
  return base::Lower(text.substr(0, text.size() - (text.ends_with('.') ? 1 : 0)));
}

}  // namespace dialwatch::config
