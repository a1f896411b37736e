#include "reflector/replay_window.h"

#include <doctest/doctest.h>

namespace dialwatch::reflector {

TEST_SUITE("reflector/replay_window") {
  TEST_CASE("each number is admitted once, in whatever order") {
    ReplayWindow window;
    for (const std::uint32_t number : {0U, 3U, 1U, 2U, 5U}) CHECK(window.Admit(number));
    for (const std::uint32_t number : {0U, 1U, 2U, 3U, 5U}) CHECK_FALSE(window.Admit(number));
    CHECK(window.Admit(4));
  }

  TEST_CASE("what lies behind the window is refused, its last place is not") {
    ReplayWindow window;
    CHECK(window.Admit(2000));
    CHECK(window.Admit(2000 - 1023));
    CHECK_FALSE(window.Admit(2000 - 1024));
    CHECK_FALSE(window.Admit(2000 - 1023));
  }

  TEST_CASE("places that come round again are free") {
    ReplayWindow window;
    for (std::uint32_t number = 0; number < 5000; ++number) CHECK(window.Admit(number));
    for (std::uint32_t number = 0; number < 5000; ++number) CHECK_FALSE(window.Admit(number));
    CHECK(window.Admit(5010));
    CHECK(window.Admit(5005));
    CHECK_FALSE(window.Admit(5005));
  }

  TEST_CASE("a jump over the whole window forgets it, and the largest number has no other behind it") {
    ReplayWindow window;
    CHECK(window.Admit(5));
    CHECK(window.Admit(0xFFFFFFFF));
    CHECK_FALSE(window.Admit(0xFFFFFFFF));
    CHECK_FALSE(window.Admit(5));
    CHECK(window.Admit(0xFFFFFFFE));
    CHECK_FALSE(window.Admit(0));
  }
}

}  // namespace dialwatch::reflector
