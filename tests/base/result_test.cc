#include "base/result.h"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

using namespace dialwatch::base;

namespace {

Result<std::vector<int>> Numbers() {
  return std::vector{1, 2, 3};
}

Status Fail() {
  return Error{"disk full"};
}

}  // namespace

TEST_SUITE("base/result") {
  TEST_CASE("holds a value or an error") {
    Result<int> value = 5;
    REQUIRE(value);
    CHECK(*value == 5);
    *value = 6;
    CHECK(*value == 6);
    const Result<int> error = Error{"no such file"};
    REQUIRE_FALSE(error);
    CHECK(error.error().what == "no such file");
  }

  TEST_CASE("an error text is no value, even where the value is a text") {
    const Result<std::string> text = std::string("fine");
    const Result<std::string> error = Error{"not fine"};
    CHECK(text);
    CHECK(*text == "fine");
    CHECK(text->size() == 4);
    CHECK_FALSE(error);
  }

  TEST_CASE("a value can be moved out, and looped over straight from the call") {
    Result<std::unique_ptr<int>> held = std::make_unique<int>(7);
    const std::unique_ptr<int> out = *std::move(held);
    CHECK(*out == 7);
    int sum = 0;
    for (const int number : *Numbers()) sum += number;
    CHECK(sum == 6);
  }

  TEST_CASE("a status is fine or says why not") {
    CHECK(Status());
    REQUIRE_FALSE(Fail());
    CHECK(Fail().error().what == "disk full");
  }
}
