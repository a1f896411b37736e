#include "base/time.h"

#include <doctest/doctest.h>

using namespace dialwatch::base;
using namespace std::chrono_literals;
using namespace std::chrono;

TEST_SUITE("base/time") {
  TEST_CASE("writes RFC 3339 with milliseconds only where there are some") {
    const TimePoint at = sys_days{2020y / August / 31} + 13h + 5min;
    CHECK(FormatRfc3339(at) == "2020-08-31T13:05:00Z");
    CHECK(FormatRfc3339(at + 7ms) == "2020-08-31T13:05:00.007Z");
    CHECK(FormatRfc3339(at + 999ms) == "2020-08-31T13:05:00.999Z");
    CHECK(FormatRfc3339(sys_days{2024y / February / 29} + 23h + 59min + 59s) == "2024-02-29T23:59:59Z");
    CHECK(FormatRfc3339(TimePoint{}) == "1970-01-01T00:00:00Z");
  }

  TEST_CASE("a time before 1970 counts its milliseconds forwards") {
    CHECK(FormatRfc3339(TimePoint{-1ms}) == "1969-12-31T23:59:59.999Z");
  }

  TEST_CASE("a time beyond any calendar is written without harm") {
    CHECK(FormatRfc3339(TimePoint::max()).size() < 100);
    CHECK(FormatClock(TimePoint::max()) == "07:12:55 UTC");
  }

  TEST_CASE("writes a clock for people who know the day") {
    CHECK(FormatClock(sys_days{2020y / August / 31} + 6h + 1s + 999ms) == "06:00:01 UTC");
  }

  TEST_CASE("the wall clock is in this age") {
    CHECK(WallClockNow() > TimePoint{sys_days{2024y / January / 1}});
  }
}
