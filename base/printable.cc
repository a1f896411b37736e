#include "base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dialwatch::base {
namespace {

struct Character {
  char32_t code_point = 0;
  std::size_t octets = 0;  // 0 where the text does not start with UTF-8
};

// The character that `text`, which is not empty, starts with (RFC 3629 §3 and §4).
Character FirstOf(std::string_view text) {
  constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};  // by octets; below it, the form is overlong
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t octets = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < octets) return {};
  char32_t code_point = lead & (0x7FU >> octets);
  for (std::size_t i = 1; i < octets; ++i) {
    const auto tail = static_cast<unsigned char>(text[i]);
    if ((tail & 0xC0U) != 0x80U) return {};
    code_point = (code_point << 6U) | (tail & 0x3FU);
  }
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < kSmallest[octets] || code_point > 0x10FFFF || surrogate) return {};
  return {code_point, octets};
}

struct Range {
  char32_t first, last;
};

constexpr std::array<Range, 16> kUnsafe{{
    {0x0000, 0x001F},    // C0 controls
    {0x007F, 0x009F},    // DEL, C1 controls
    {0x00AD, 0x00AD},    // soft hyphen
    {0x061C, 0x061C},    // Arabic letter mark
    {0x115F, 0x1160},    // Hangul fillers, which look like nothing
    {0x180E, 0x180E},    // Mongolian vowel separator
    {0x200B, 0x200F},    // zero width, left-to-right and right-to-left marks
    {0x2028, 0x202E},    // line and paragraph separator, bidirectional embeddings and overrides
    {0x2060, 0x206F},    // word joiner, bidirectional isolates, deprecated format characters
    {0x3164, 0x3164},    // Hangul filler
    {0xFDD0, 0xFDEF},    // noncharacters
    {0xFEFF, 0xFEFF},    // byte order mark
    {0xFFA0, 0xFFA0},    // Hangul filler
    {0xFFF9, 0xFFFB},    // interlinear annotation
    {0xFFFE, 0xFFFF},    // noncharacters, which XML forbids
    {0xE0000, 0xE0FFF},  // tags and variation selectors, which carry hidden text
}};

bool IsUnsafe(char32_t code_point) {
  return std::any_of(kUnsafe.begin(), kUnsafe.end(),
                     [&](Range range) { return code_point >= range.first && code_point <= range.last; });
}

}  // namespace

std::string Printable(std::string_view text, std::size_t limit) {
  std::string out;
  out.reserve(std::min(text.size(), limit));
  for (std::size_t at = 0; at < text.size();) {
    const Character character = FirstOf(text.substr(at));
    const std::string_view octets = text.substr(at, std::max<std::size_t>(character.octets, 1));
    if (octets.size() > limit - at) return out + "…";
    if (character.octets != 0 && !IsUnsafe(character.code_point)) {
      out += octets;
    } else {
      for (const char octet : octets) out += fmt::format("\\{:03}", static_cast<unsigned char>(octet));
    }
    at += octets.size();
  }
  return out;
}

}  // namespace dialwatch::base
