#include "probes/stun/retransmit.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {

using namespace std::chrono_literals;

TEST_SUITE("probes/stun/retransmit") {
  TEST_CASE("sends the first request at once") {
    CHECK(RetransmitSchedule::SendAt(0) == 0ms);
  }
  TEST_CASE("waits double from one send to the next") {
    CHECK(RetransmitSchedule::SendAt(1) == 500ms);
    CHECK(RetransmitSchedule::SendAt(2) == 1500ms);
    CHECK(RetransmitSchedule::SendAt(3) == 3500ms);
  }
  TEST_CASE("gives up after the last wait, not after another send") {
    CHECK_FALSE(RetransmitSchedule::SendAt(4));
    CHECK(RetransmitSchedule::GiveUpAt() == 5500ms);
  }
}

}  // namespace dialwatch::probes
