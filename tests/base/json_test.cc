#include "base/json.h"

#include <doctest/doctest.h>

using namespace dialwatch::base;

TEST_SUITE("base/json") {
  TEST_CASE("keys keep the order in which they were set") {
    Json json;
    json["version"] = 1;
    json["at"] = "now";
    CHECK(Dump(json) == R"({"version":1,"at":"now"})");
  }

  TEST_CASE("octets that are not UTF-8 become a replacement character") {
    CHECK(Dump(Json("a\xff\xc0z")) == "\"a\uFFFD\uFFFDz\"");
    CHECK(Dump(Json("\xed\xa0\x80")) == "\"\uFFFD\uFFFD\uFFFD\"");  // a surrogate
  }

  TEST_CASE("control characters and quotes are escaped") {
    CHECK(Dump(Json("a\"\\\n\x01")) == R"("a\"\\\n\u0001")");
  }
}
