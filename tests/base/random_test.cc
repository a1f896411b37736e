#include "base/random.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <future>
#include <set>
#include <vector>

using namespace dialwatch::base;

TEST_SUITE("base/random") {
  TEST_CASE("does not repeat itself, in one thread or between threads") {
    const auto draw = [] {
      std::vector<std::uint32_t> numbers(2000);
      std::generate(numbers.begin(), numbers.end(), Random32);
      return numbers;
    };
    auto first = std::async(std::launch::async, draw);
    auto second = std::async(std::launch::async, draw);
    std::set<std::uint32_t> seen;
    for (auto* drawn : {&first, &second}) {
      for (const std::uint32_t number : drawn->get()) seen.insert(number);
    }
    CHECK(seen.size() >= 3990);  // 4000 draws from 2^32 coincide less than once in 500 runs; ten times, never
  }

  TEST_CASE("reaches every value of an octet") {
    std::array<std::uint8_t, 8192> octets{};
    RandomBytes(octets.data(), octets.size());
    CHECK(std::set<std::uint8_t>(octets.begin(), octets.end()).size() == 256);
    std::set<int> high;
    for (int i = 0; i < 8192; ++i) high.insert(Random16() >> 8);
    CHECK(high.size() == 256);
  }

  TEST_CASE("fills exactly what it is given, whatever its size") {
    for (const std::size_t size : {0U, 1U, 511U, 512U, 513U, 100'000U}) {
      CAPTURE(size);
      std::vector<std::uint8_t> octets(size + 2, 0xA5);
      RandomBytes(octets.data() + 1, size);
      CHECK(octets.front() == 0xA5);
      CHECK(octets.back() == 0xA5);
      const auto untouched = std::count(octets.begin() + 1, octets.end() - 1, 0xA5);
      CHECK(untouched <= static_cast<std::ptrdiff_t>(size / 32 + 1));
    }
  }
}
