#include "config/suggest.h"

#include <doctest/doctest.h>

using namespace dialwatch::config;

TEST_SUITE("config/suggest") {
  TEST_CASE("a character put in, left out, changed or swapped is one mistake") {
    CHECK(EditDistance("interval", "interval") == 0);
    CHECK(EditDistance("intervall", "interval") == 1);
    CHECK(EditDistance("inteval", "interval") == 1);
    CHECK(EditDistance("intervel", "interval") == 1);
    CHECK(EditDistance("itnerval", "interval") == 1);
    CHECK(EditDistance("", "abc") == 3);
    CHECK(EditDistance("abc", "") == 3);
    CHECK(EditDistance("kitten", "sitting") == 3);
  }

  TEST_CASE("the nearest name is suggested") {
    CHECK(DidYouMean("timeot", {"interval", "timeout"}) == "; did you mean \"timeout\"?");
    CHECK(DidYouMean("upd", {"tcp", "udp"}) == "; did you mean \"udp\"?");
    CHECK(DidYouMean("hosts", {"ghosts", "host"}) == "; did you mean \"ghosts\"?");
  }

  TEST_CASE("a word cut short and a word in capitals are near") {
    CHECK(DidYouMean("warn", {"info", "warning"}) == "; did you mean \"warning\"?");
    CHECK(DidYouMean("INTERVAL", {"timeout", "interval"}) == "; did you mean \"interval\"?");
  }

  TEST_CASE("nothing is suggested where nothing is near") {
    CHECK(DidYouMean("prometheus", {"interval", "timeout"}) == "");
    CHECK(DidYouMean("ab", {"xy"}) == "");
    CHECK(DidYouMean("", {"name"}) == "");
    CHECK(DidYouMean(std::string(100000, 'a'), {"name"}) == "");
  }
}
