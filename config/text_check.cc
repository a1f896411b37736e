#include "config/text_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace dialwatch::config {
namespace {

bool IsAscii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

Position PositionOf(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const std::string_view line = before.substr(before.rfind('\n') + 1);
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return {1 + static_cast<int>(std::ranges::count(before, '\n')),
          1 + static_cast<int>(std::ranges::count_if(line, begins_character))};
}

// The end of the one-line string that starts at `at`; of the line where it is not closed (TOML 1.0, "String").
std::size_t EndOfString(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != '\n'; ++at) {
    if (text[at] == quote) return at + 1;
    if (quote == '"' && text[at] == '\\' && at + 1 < text.size() && text[at + 1] != '\n') ++at;
  }
  return at;
}

}  // namespace

std::optional<Mistake> CheckText(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  int dots = 0;
  char before = '\n';  // the last character that is not blank
  for (std::size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0; at < text.size();) {
    const char c = text[at];
    const std::string_view rest = text.substr(at);
    const auto mistake = [&](std::string what) { return Mistake{PositionOf(text, at), std::move(what)}; };
    if (rest.starts_with("\"\"\"") || rest.starts_with("'''")) return mistake("no key takes a string in three quotes");
    if (!IsAscii(c)) return mistake("only ASCII may stand outside of quotes and comments, in a file that is UTF-8");
    if (c == '.' && ++dots > kMostDots) {
      return mistake(fmt::format("more than {} dots outside of quotes in one line; no key is that deep", kMostDots));
    }
    const bool quote = c == '"' || c == '\'';
    if (quote && std::string_view("\n=[,{.").find(before) == std::string_view::npos) {
      return mistake("a quote may stand only where a key or a value begins");
    }
    if (c == '\n') dots = 0;
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else {
      if (c != ' ' && c != '\t' && c != '\r') before = c;
      at = quote ? EndOfString(text, at) : at + 1;
    }
  }
  return std::nullopt;
}

}  // namespace dialwatch::config
