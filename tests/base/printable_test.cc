#include "base/printable.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string_view>
#include <utility>

using dialwatch::base::Printable;

TEST_SUITE("base/printable") {
  TEST_CASE("leaves text in any script alone") {
    for (const std::string_view text :
         {"", "d1.example.com", "b\u00fccher \u65e5\u672c \u05d0\u0628 \U0001F600", "a\\b \"c\" 'd' <e> & $(f)",
          "\u00a0\u00ac\u00ae\u200a\u2010\u2027\u202f\u205f\u2070\ufefe\ufffd\U000E1000\U0010FFFF"}) {
      CHECK(Printable(text) == text);
    }
  }

  TEST_CASE("makes control characters visible") {
    CHECK(Printable("a\tb\r\nc") == "a\\009b\\013\\010c");
    CHECK(Printable("\x1b[31mred\x7f") == "\\027[31mred\\127");
    CHECK(Printable(std::string_view("a\0b", 3)) == "a\\000b");
    CHECK(Printable("\u0080\u009b31m") == "\\194\\128\\194\\15531m");  // C1: U+009B starts a sequence as ESC [ does
  }

  TEST_CASE("makes characters visible that hide or turn other text") {
    const std::initializer_list<std::pair<std::string_view, std::string_view>> cases{
        {"\u00ad", "\\194\\173"},                // soft hyphen
        {"\u061c", "\\216\\156"},                // Arabic letter mark
        {"\u200b", "\\226\\128\\139"},           // zero width space
        {"\u200e", "\\226\\128\\142"},           // left-to-right mark
        {"\u2028", "\\226\\128\\168"},           // line separator
        {"\u202e", "\\226\\128\\174"},           // right-to-left override
        {"\u2066", "\\226\\129\\166"},           // left-to-right isolate
        {"\u2069", "\\226\\129\\169"},           // pop directional isolate
        {"\ufeff", "\\239\\187\\191"},           // byte order mark
        {"\uffff", "\\239\\191\\191"},           // noncharacter
        {"\U000E0041", "\\243\\160\\129\\129"},  // tag letter
    };
    for (const auto& [text, shown] : cases) CHECK(Printable(text) == shown);
  }

  TEST_CASE("shows octets that are not UTF-8 one by one") {
    const std::initializer_list<std::pair<std::string_view, std::string_view>> cases{
        {"\x80", "\\128"},
        {"\xff\xfe", "\\255\\254"},
        {"\xc0\xaf", "\\192\\175"},  // overlong "/"
        {"\xc1\xbf", "\\193\\191"},
        {"\xe0\x80\xaf", "\\224\\128\\175"},  // overlong
        {"\xe0\x9f\xbf", "\\224\\159\\191"},
        {"\xf0\x80\x80\xaf", "\\240\\128\\128\\175"},  // overlong
        {"\xf0\x8f\xbf\xbf", "\\240\\143\\191\\191"},
        {"\xed\xa0\x80", "\\237\\160\\128"},  // surrogate
        {"\xed\xbf\xbf", "\\237\\191\\191"},
        {"\xf4\x90\x80\x80", "\\244\\144\\128\\128"},  // beyond U+10FFFF
        {"\xf5\x80\x80\x80", "\\245\\128\\128\\128"},
        {"\xc3", "\\195"},  // cut off
        {"\xe2\x82", "\\226\\130"},
        {"\xf0\x9f\x98", "\\240\\159\\152"},
        {"\xc3(", "\\195("},  // the next character survives
        {"\xe2\x82z", "\\226\\130z"},
        {"\xe2\xc3\xbc", "\\226\u00fc"},
    };
    for (const auto& [text, shown] : cases) CHECK(Printable(text) == shown);
  }

  TEST_CASE("made printable twice, text reads the same") {
    const std::string once = Printable("a\n\xff\u202e\\");
    CHECK(Printable(once) == once);
  }

  TEST_CASE("cuts at the limit and never within a character") {
    CHECK(Printable("abcdef", 6) == "abcdef");
    CHECK(Printable("abcdef", 5) == "abcde…");
    CHECK(Printable("abc\u20acdef", 5) == "abc…");
    CHECK(Printable("abc\u20ac", 6) == "abc\u20ac");
    CHECK(Printable("\n\n\n", 2) == "\\010\\010…");
    CHECK(Printable("a", 0) == "…");
    CHECK(Printable("", 0).empty());
    CHECK(Printable(std::string(1'000'000, '\n')).size() == 2000 * 4 + 3);
  }
}
