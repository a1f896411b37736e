#include "probes/rtp/passage.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {

using namespace std::chrono_literals;
using std::chrono::microseconds;

namespace {

// One packet each 20 ms, each with this transit time; in the order of arrival.
std::vector<Passage> Passages(std::initializer_list<std::chrono::nanoseconds> transits) {
  std::vector<Passage> passages;
  for (const auto transit : transits) {
    const auto sent = passages.size() * 20ms;
    passages.push_back({sent, sent + transit});
  }
  return passages;
}

}  // namespace

TEST_SUITE("probes/rtp/passage") {
  TEST_CASE("an even stream has no jitter, whatever its delay and the clocks") {
    CHECK(MeasureJitter(Passages({5ms, 5ms, 5ms})) == 0us);
    CHECK(MeasureJitter(Passages({-3600s, -3600s, -3600s})) == 0us);
  }

  TEST_CASE("jitter grows by a sixteenth of each difference, as in RFC 3550 A.8") {
    CHECK(MeasureJitter(Passages({0ms, 16ms})) == 1000us);
    CHECK(MeasureJitter(Passages({0ms, 16ms, 16ms})) == 938us);        // 1000 * 15/16 = 937.5
    CHECK(MeasureJitter(Passages({16ms, 0ms})) == 1000us);             // early is as bad as late
    CHECK(MeasureJitter(Passages({0ms, 16ms, 0ms, 16ms})) == 2816us);  // 16 (1 - (15/16)^3)
  }

  TEST_CASE("jitter of less than two packets is unknown") {
    CHECK_FALSE(MeasureJitter({}));
    CHECK_FALSE(MeasureJitter(Passages({5ms})));
  }

  TEST_CASE("a packet is late by how much the fastest is ahead of it") {
    CHECK(CountLate(Passages({5ms, 25ms, 26ms, 80ms}), 20ms) == 2);
    CHECK(CountLate(Passages({-1s, -1s}), 20ms) == 0);
    CHECK(CountLate({}, 20ms) == 0);
  }

  TEST_CASE("losses one by one have the burst ratio 1, those that come together more") {
    CHECK(MeasureBurstRatio({}) == 1);
    CHECK(MeasureBurstRatio({true, true}) == 1);
    CHECK(MeasureBurstRatio({true, false, true, false, true, true}) == 1);
    std::vector<bool> came(50, true);
    came[10] = came[11] = came[12] = came[30] = false;  // a burst of 3 and one of 1, 8 %
    CHECK(MeasureBurstRatio(came) == doctest::Approx(2 * 0.92));
    CHECK(MeasureBurstRatio({false, false, false, true}) == doctest::Approx(1.0));  // 3 * 0.25 is below
    CHECK(MeasureBurstRatio({false, false}) == 1);
  }

  TEST_CASE("a packet is reordered where a later one was there first") {
    constexpr std::uint32_t kInOrder[] = {0, 1, 3, 4};
    constexpr std::uint32_t kSwapped[] = {0, 2, 1, 3};
    constexpr std::uint32_t kOneLate[] = {1, 2, 3, 0};
    constexpr std::uint32_t kOneEarly[] = {3, 0, 1, 2};
    CHECK(CountReordered(kInOrder) == 0);
    CHECK(CountReordered(kSwapped) == 1);
    CHECK(CountReordered(kOneLate) == 1);
    CHECK(CountReordered(kOneEarly) == 3);
  }

  TEST_CASE("quantiles are values that were measured") {
    std::vector<microseconds> values;
    for (int i = 20; i >= 1; --i) values.emplace_back(i);
    CHECK(Quantile(values, 0.5) == 10us);
    CHECK(Quantile(values, 0.95) == 19us);
    CHECK(Quantile({7us}, 0.95) == 7us);
    CHECK(Quantile({7us, 9us}, 0) == 7us);
  }
}

}  // namespace dialwatch::probes
