#include "base/printable.h"

#include <fmt/format.h>

namespace dialwatch::base {
namespace {

// Length of the UTF-8 sequence at `at` (RFC 3629 §4), or 0 where there is none.
std::size_t SequenceAt(std::string_view text, std::size_t at) {
  const auto octet = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto tail = [&](std::size_t i) { return (octet(i) & 0xC0U) == 0x80U; };
  const unsigned lead = octet(at);
  const unsigned second = octet(at + 1);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF && tail(at + 1)) return 2;
  if (lead >= 0xE0 && lead <= 0xEF && tail(at + 1) && tail(at + 2)) {
    if (lead == 0xE0 && second < 0xA0) return 0;
    if (lead == 0xED && second > 0x9F) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4 && tail(at + 1) && tail(at + 2) && tail(at + 3)) {
    if (lead == 0xF0 && second < 0x90) return 0;
    if (lead == 0xF4 && second > 0x8F) return 0;
    return 4;
  }
  return 0;
}

bool IsControl(std::string_view text, std::size_t at, std::size_t length) {
  const auto octet = static_cast<unsigned char>(text[at]);
  if (length == 1) return octet < 0x20 || octet == 0x7F;
  const auto second = static_cast<unsigned char>(text[at + 1]);
  if (length == 2) return octet == 0xC2 && second < 0xA0;  // C1 controls
  if (length != 3 || octet != 0xE2) return false;
  const auto third = static_cast<unsigned char>(text[at + 2]);
  // U+200E, U+200F, U+2028 to U+202E and U+2066 to U+2069 turn or break the line that a reader sees
  return (second == 0x80 && (third == 0x8E || third == 0x8F || (third >= 0xA8 && third <= 0xAE))) ||
         (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

}  // namespace

std::string Printable(std::string_view text, std::size_t limit) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = SequenceAt(text, at);
    if (at + (length == 0 ? 1 : length) > limit) return out + "…";
    if (length == 0 || IsControl(text, at, length)) {
      const std::size_t octets = length == 0 ? 1 : length;
      for (std::size_t i = 0; i < octets; ++i) out += fmt::format("\\{:03}", static_cast<unsigned char>(text[at + i]));
      at += octets;
    } else {
      out += text.substr(at, length);
      at += length;
    }
  }
  return out;
}

}  // namespace dialwatch::base
