#include "probes/record/json_text.h"

#include <array>
#include <cstddef>

namespace dialwatch::probes::record {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

unsigned Octet(char c) {
  return static_cast<unsigned char>(c);
}

// How many octets the character at the front has; 0 where it is none (RFC 3629 §4).
std::size_t CharacterSize(std::string_view text) {
  const unsigned first = Octet(text[0]);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((Octet(text[i]) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned second = Octet(text[1]);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second > 0x9F;
  const bool beyond = first == 0xF4 && second > 0x8F;
  return overlong || surrogate || beyond ? 0 : size;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = CharacterSize(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

void AppendEscaped(char c, std::string& out) {
  switch (c) {
    case '"':
    case '\\':
      out += {'\\', c};
      return;
    case '\n':
      out += "\\n";
      return;
    default:
      if (Octet(c) >= 0x20) {
        out += c;
      } else {
        out.append("\\u00").append({kHex[Octet(c) >> 4U], kHex[Octet(c) & 15U]});
      }
  }
}

}  // namespace

void AppendText(std::string_view text, std::string& out) {
  if (IsUtf8(text)) {
    out += '"';
    for (const char c : text) AppendEscaped(c, out);
    out += '"';
    return;
  }
  out += R"({"hex":")";
  for (const char c : text) out.append({kHex[Octet(c) >> 4U], kHex[Octet(c) & 15U]});
  out += "\"}";
}

}  // namespace dialwatch::probes::record
