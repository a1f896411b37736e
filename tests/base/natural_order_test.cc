#include "base/natural_order.h"

#include <doctest/doctest.h>

#include <random>

namespace dialwatch::base {

using Names = std::vector<std::string>;

namespace {

Names Sorted(Names names) {
  SortNames(names);
  return names;
}

}  // namespace

TEST_SUITE("base/natural_order") {
  TEST_CASE("numbers in names count as numbers") {
    CHECK(Sorted({"d10", "d2", "d1", "d100"}) == Names{"d1", "d2", "d10", "d100"});
    CHECK(Sorted({"d2-b10", "d2-b9", "d10-a"}) == Names{"d2-b9", "d2-b10", "d10-a"});
  }

  TEST_CASE("a number of any length is compared whole") {
    CHECK(NaturalLess("d99999999999999999999999998", "d99999999999999999999999999"));
    CHECK(NaturalLess("d9", "d10000000000000000000000000"));
  }

  TEST_CASE("numbers stand before letters, a shorter name before a longer one") {
    CHECK(Sorted({"da", "d1", "d", ""}) == Names{"", "d", "d1", "da"});
  }

  TEST_CASE("names that differ by zeros only are two names, each kept once") {
    CHECK(Sorted({"d01", "d1", "d0", "d1", "d00"}) == Names{"d0", "d00", "d01", "d1"});
  }

  TEST_CASE("it is an order: whatever comes first does so against all") {
    std::mt19937 random(7);
    Names names;
    for (int i = 0; i < 60; ++i) {
      std::string& name = names.emplace_back();
      for (int length = static_cast<int>(random() % 5); length > 0; --length) name += "a01-"[random() % 4];
    }
    SortNames(names);
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (std::size_t j = 0; j < names.size(); ++j) CHECK(NaturalLess(names[i], names[j]) == (i < j));
    }
  }
}

}  // namespace dialwatch::base
