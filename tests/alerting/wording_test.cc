#include "alerting/wording.h"

#include <doctest/doctest.h>

namespace dialwatch::alerting {

TEST_SUITE("alerting/wording") {
  TEST_CASE("a clause is the sentence without what explains or lists") {
    CHECK(Clause("google gives 1.2.3.4 for d1, which nobody knows; its copy lives 5m more", 64) ==
          "google gives 1.2.3.4 for d1");
    CHECK(Clause("google gives wrong addresses for 3 of 12 dialers: d1, d2, d3", 64) ==
          "google gives wrong addresses for 3 of 12 dialers");
    CHECK(Clause("the authority of example.com denies d1 (NXDOMAIN): no client can find it", 64) ==
          "the authority of example.com denies d1");
  }

  TEST_CASE("what is too long is cut at a space, else between characters") {
    CHECK(Clause("one two three four", 12) == "one two …");
    CHECK(Clause("ééééé", 5) == "éé…");
    CHECK(Clause("", 5) == "");
  }

  TEST_CASE("names are listed up to a number") {
    CHECK(Names({"d1", "d2", "d3"}, 2) == "d1, d2 and 1 more");
    CHECK(Names({}, 2) == "");
  }
}

}  // namespace dialwatch::alerting
