#include "base/rfc3339.h"

#include <doctest/doctest.h>

using namespace dialwatch::base;
using namespace std::chrono_literals;
using namespace std::chrono;

TEST_SUITE("base/rfc3339") {
  TEST_CASE("reads back what it writes, and nothing else") {
    const TimePoint at = sys_days{2024y / February / 29} + 23h + 59min + 59s;
    CHECK(ParseRfc3339("2024-02-29T23:59:59Z") == at);
    CHECK(ParseRfc3339("2024-02-29T23:59:59.007Z") == at + 7ms);
    CHECK(ParseRfc3339("0000-01-01T00:00:00Z") == sys_days{0y / January / 1});
    for (const char* wrong :
         {"", "Z", "2024-02-29", "2023-02-29T00:00:00Z", "2024-02-29T24:00:00Z", "2024-02-29T23:60:00Z",
          "2024-02-29T23:59:60Z", "2024-02-29t23:59:59Z", "2024-02-29T23:59:59z", "2024-02-29T23:59:59+00:00",
          "2024-02-29T23:59:59.07Z", "2024-02-29T23:59:59.0000Z", "2024-02-29T23:59:59,007Z", "+024-02-29T23:59:59Z",
          "2024-00-01T00:00:00Z", "2024-02-00T00:00:00Z", "2024-02-29T-1:59:59Z"}) {
      CAPTURE(wrong);
      CHECK_FALSE(ParseRfc3339(wrong));
    }
  }
}
