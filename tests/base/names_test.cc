#include "base/names.h"

#include <doctest/doctest.h>

namespace dialwatch::base {
namespace {

enum class Fruit { kApple, kPear };
constexpr std::array<std::string_view, 2> NamesOf(Fruit /*type only*/) {
  return {"apple", "pear"};
}

enum class Bare { kOne };

}  // namespace

TEST_SUITE("base/names") {
  TEST_CASE("an enumerator is called by the name at its place") {
    CHECK(NameOf(Fruit::kApple) == "apple");
    CHECK(NameOf(Fruit::kPear) == "pear");
  }

  TEST_CASE("what is no enumeration or has no names beside it is not named") {
    CHECK(Named<Fruit>);
    CHECK_FALSE(Named<Bare>);
    CHECK_FALSE(Named<int>);
  }

  TEST_CASE("enumerators are counted, so that one without a name cannot go unseen") {
    CHECK(detail::EnumeratorCount<Fruit>() == 2);
    CHECK(detail::EnumeratorCount<Bare>() == 1);
    CHECK_FALSE(detail::AllDiffer(std::array<std::string_view, 3>{"a", "b", "a"}));
  }
}

}  // namespace dialwatch::base
