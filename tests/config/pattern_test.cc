#include "config/pattern.h"

#include <doctest/doctest.h>

using namespace dialwatch::config;

TEST_SUITE("config/pattern") {
  TEST_CASE("without a star it is the text itself") {
    CHECK(MatchesPattern("d1.example.com", "d1.example.com"));
    CHECK_FALSE(MatchesPattern("d1.example.com", "d11.example.com"));
    CHECK_FALSE(MatchesPattern("d1.example.com", "d1.example.co"));
    CHECK(MatchesPattern("", ""));
    CHECK_FALSE(MatchesPattern("", "a"));
  }

  TEST_CASE("a star stands for any characters, dots and none included") {
    CHECK(MatchesPattern("*", ""));
    CHECK(MatchesPattern("*", "d1.example.com"));
    CHECK(MatchesPattern("d*.example.com", "d.example.com"));
    CHECK(MatchesPattern("d*.example.com", "d1.east.example.com"));
    CHECK_FALSE(MatchesPattern("d*.example.com", "stun.example.com"));
    CHECK(MatchesPattern("*d*", "abcd"));
    CHECK(MatchesPattern("*.json", "a.json.json"));
    CHECK_FALSE(MatchesPattern("*.json", "a.json~"));
    CHECK(MatchesPattern("a**", "a"));
  }

  TEST_CASE("many stars on a long text end soon") {
    std::string pattern, text(1000, 'a');
    for (int i = 0; i < 100; ++i) pattern += "*a";
    CHECK_FALSE(MatchesPattern(pattern + "b", text));
  }

  TEST_CASE("a host pattern is in lower case, and holds only what a host name can") {
    CHECK(*NormalizeHostPattern("Dialer*.Example.COM.") == "dialer*.example.com");
    CHECK(*NormalizeHostPattern("*") == "*");
    CHECK(NormalizeHostPattern("d?").error().what ==
          "\"d?\" matches no host name; write it like \"dialer*.example.com\"");
    CHECK_FALSE(NormalizeHostPattern("a..b"));
  }
}
