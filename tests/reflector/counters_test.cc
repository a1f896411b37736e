#include "reflector/counters.h"

#include <doctest/doctest.h>

namespace dialwatch::reflector {

TEST_SUITE("reflector/counters") {
  TEST_CASE("what is new is told in a line, and nothing where nothing is") {
    Counters before{.received = 10, .echoed = 10};
    CHECK_FALSE(DescribeSince(before, before));
    Counters now = before;
    now.received = 20;
    now.echoed = 15;
    now.bindings = 2;
    now.unsent = 1;
    now.Count(Drop::kForged);
    now.Count(Drop::kForged);
    now.Count(Drop::kClock);
    CHECK(DescribeSince(before, now) ==
          "10 datagrams: 5 echoed, 2 bindings answered, 1 replies not sent, 2 dropped: with a wrong signature, "
          "1 dropped: sent too long ago or in the future (are both clocks kept by NTP?)");
  }
}

}  // namespace dialwatch::reflector
