#include "diagnosis/dns/wilson.h"

#include <doctest/doctest.h>

#include <initializer_list>

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/dns/wilson") {
  TEST_CASE("the interval is that of the textbook") {
    struct Row {
      int hits, trials;
      double low, high;
    };
    for (const Row& row : {Row{7, 24, 0.1491, 0.4917},
                           {1, 10, 0.0179, 0.4042},
                           {5, 10, 0.2366, 0.7634},
                           {1, 1, 0.2065, 1.0},
                           {2, 3, 0.2077, 0.9385},
                           {50, 100, 0.4038, 0.5962}}) {
      CAPTURE(row.hits);
      CAPTURE(row.trials);
      CHECK(WilsonInterval(row.hits, row.trials).low == doctest::Approx(row.low).epsilon(0.001));
      CHECK(WilsonInterval(row.hits, row.trials).high == doctest::Approx(row.high).epsilon(0.001));
    }
  }

  TEST_CASE("none of ten is still up to 28 %, all of ten at least 72 %") {
    CHECK(WilsonInterval(0, 10).low == doctest::Approx(0.0));
    CHECK(WilsonInterval(0, 10).high == doctest::Approx(0.2775).epsilon(0.001));
    CHECK(WilsonInterval(10, 10).low == doctest::Approx(0.7225).epsilon(0.001));
    CHECK(WilsonInterval(10, 10).high == doctest::Approx(1.0));
  }

  TEST_CASE("without a trial nothing is known") {
    CHECK(WilsonInterval(0, 0).low == 0);
    CHECK(WilsonInterval(0, 0).high == 1);
  }
}

}  // namespace dialwatch::diagnosis
