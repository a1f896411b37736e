#include "config/nesting.h"

#include <algorithm>

namespace dialwatch::config {
namespace {

// The length of the string that starts at the front of `text` with a quote, up to the end of the text where it is not
// closed (TOML 1.0, "String").
std::size_t StringLength(std::string_view text) {
  const char quote = text.front();
  const std::string_view triple = quote == '"' ? R"(""")" : "'''";
  const bool multiline = text.starts_with(triple);
  const std::string_view close = multiline ? triple : triple.substr(0, 1);
  for (std::size_t at = close.size(); at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text.substr(at).starts_with(close)) {
      at += close.size();
      // one or two further quotes before the closing three belong to the string
      for (int more = 0; multiline && more < 2 && at < text.size() && text[at] == quote; ++more) ++at;
      return at;
    } else if (!multiline && text[at] == '\n') {
      return at;
    }
  }
  return text.size();
}

}  // namespace

std::optional<Position> FindDeepKey(std::string_view text) {
  int line = 1;
  int dots = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      const std::size_t length = StringLength(text.substr(at));
      for (const char inner : text.substr(at, length)) line += inner == '\n' ? 1 : 0;
      at += length;
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (c == '.' && ++dots > kMostDots) return Position{line, 1};
    if (c == '\n') {
      ++line;
      dots = 0;
    }
    ++at;
  }
  return std::nullopt;
}

}  // namespace dialwatch::config
