#pragma once

#include <string>
#include <string_view>

namespace dialwatch::base {

// Of ASCII letters, whatever the locale says: what protocols compare without case is never more than these.
constexpr char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = Lower(c);
  return lower;
}

}  // namespace dialwatch::base
