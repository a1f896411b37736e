#pragma once

#include <string>
#include <string_view>

namespace dialwatch::probes::test {

// The text with CR before each LF, as SIP wants its lines.
inline std::string Crlf(std::string_view text) {
  std::string wire;
  for (const char c : text) {
    if (c == '\n') wire += '\r';
    wire += c;
  }
  return wire;
}

}  // namespace dialwatch::probes::test
