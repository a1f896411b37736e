#include "base/backoff.h"

#include <doctest/doctest.h>

#include <climits>

using dialwatch::base::BackoffDelay;
using namespace std::chrono_literals;

TEST_SUITE("base/backoff") {
  TEST_CASE("doubles from the first delay on") {
    CHECK(BackoffDelay(0, 0) == 1s);
    CHECK(BackoffDelay(1, 0) == 2s);
    CHECK(BackoffDelay(8, 0) == 256s);
  }

  TEST_CASE("stops growing at the longest delay") {
    CHECK(BackoffDelay(9, 0) == 5min);
    CHECK(BackoffDelay(31, 0) == 5min);
    CHECK(BackoffDelay(UINT_MAX, 0) == 5min);
    CHECK(BackoffDelay(UINT_MAX, 0, 1h, 24h * 30) == 24h * 30);
  }

  TEST_CASE("chance takes off up to half") {
    CHECK(BackoffDelay(0, UINT32_MAX) == 500ms);
    CHECK(BackoffDelay(0, UINT32_MAX / 2) == 751ms);
    CHECK(BackoffDelay(UINT_MAX, UINT32_MAX, 1h, 24h * 30) == 24h * 15);
  }
}
