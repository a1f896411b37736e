#pragma once

#include <cctype>
#include <cstdint>
#include <string_view>
#include <vector>

namespace dialwatch::probes::test {

using Octets = std::vector<std::uint8_t>;

// Hex digits; blanks are skipped.
inline Octets FromHex(std::string_view text) {
  Octets octets;
  int high = -1;
  for (const char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) != 0) continue;
    const int digit = c <= '9' ? c - '0' : std::tolower(static_cast<unsigned char>(c)) - 'a' + 10;
    if (high >= 0) octets.push_back(static_cast<std::uint8_t>(high << 4 | digit));
    high = high < 0 ? digit : -1;
  }
  return octets;
}

}  // namespace dialwatch::probes::test
