#include "base/host_name.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string_view>
#include <utility>

using namespace dialwatch::base;

TEST_SUITE("base/host_name") {
  TEST_CASE("writes a name in lower case and without the root's dot") {
    const std::initializer_list<std::pair<std::string_view, std::string_view>> cases{
        {"d1.example.com", "d1.example.com"},
        {"D1.EXAMPLE.Com.", "d1.example.com"},
        {"localhost", "localhost"},
        {"_sip._udp.example.com", "_sip._udp.example.com"},
        {"a", "a"},
        {"xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"192.0.2.1", "192.0.2.1"},
    };
    for (const auto& c : cases) {
      CAPTURE(c.first);
      REQUIRE(NormalizeHostName(c.first));
      CHECK(*NormalizeHostName(c.first) == c.second);
    }
  }

  TEST_CASE("takes labels of 63 and names of 253 characters, and no longer ones") {
    const std::string label(63, 'a');
    const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'b');
    REQUIRE(longest.size() == 253);
    CHECK(*NormalizeHostName(longest) == longest);
    CHECK(*NormalizeHostName(longest + ".") == longest);
    CHECK(NormalizeHostName(longest + "b").error().what.ends_with("it is longer than 253 characters"));
    CHECK(NormalizeHostName(label + "a").error().what.ends_with("a label is longer than 63 characters"));
    CHECK(NormalizeHostName("x." + label + "a.example").error().what.ends_with("a label is longer than 63 characters"));
  }

  TEST_CASE("says what is wrong with a text that is no host name") {
    const std::initializer_list<std::pair<std::string_view, std::string_view>> cases{
        {"", "\"\" is not a host name: it is empty"},
        {".", "\".\" is not a host name: it is empty"},
        {"..", "\"..\" is not a host name: a label is empty"},
        {".example.com", "\".example.com\" is not a host name: a label is empty"},
        {"a..b", "\"a..b\" is not a host name: a label is empty"},
        {"a.b..", "\"a.b..\" is not a host name: a label is empty"},
        {"a b", "\"a b\" is not a host name: only letters, digits, \"-\", \"_\" and \".\" may stand in it"},
        {"https://a", "\"https://a\" is not a host name: only letters, digits, \"-\", \"_\" and \".\" may stand in it"},
        {"b\u00fccher.example",
         "\"b\u00fccher.example\" is not a host name: only letters, digits, \"-\", \"_\" and \".\" may stand in it"},
        {std::string_view("a\0b", 3),
         "\"a\\000b\" is not a host name: only letters, digits, \"-\", \"_\" and \".\" may stand in it"},
        {"a\r\nb", "\"a\\013\\010b\" is not a host name: only letters, digits, \"-\", \"_\" and \".\" may stand in it"},
    };
    for (const auto& [text, what] : cases) {
      const auto name = NormalizeHostName(text);
      REQUIRE_FALSE(name);
      CHECK(name.error().what == what);
    }
    CHECK(NormalizeHostName(std::string(1'000'000, 'a')).error().what.size() < 400);
  }

  TEST_CASE("a zone holds itself and what is below it") {
    CHECK(IsWithinZone("example.com", "example.com"));
    CHECK(IsWithinZone("d1.example.com", "example.com"));
    CHECK(IsWithinZone("d1.example.com", ""));
    CHECK(IsWithinZone("", ""));
    CHECK_FALSE(IsWithinZone("badexample.com", "example.com"));
    CHECK_FALSE(IsWithinZone("com", "example.com"));
    CHECK_FALSE(IsWithinZone("example.com", "d1.example.com"));
    CHECK_FALSE(IsWithinZone("", "com"));
  }
}
