#include "diagnosis/rules/stun_mapping_unexpected.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/stun/stun_world.h"

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/rules/stun_mapping_unexpected") {
  TEST_CASE("stun-mapping-unexpected: an address that is not on the list of its family") {
    World world = WithStun({"telnyx", "twilio"}, {"203.0.113.10", "203.0.113.11"});
    world.Round(Maps("telnyx", 1, "192.0.2.66"), Maps("twilio", 1, "192.0.2.66"));
    REQUIRE(world.Ids() == Ids{"stun-mapping-unexpected:telnyx", "stun-mapping-unexpected:twilio"});
    CHECK(world.Findings()[0].severity == Severity::kCritical);
    CHECK(world.Findings()[0].summary ==
          "STUN server telnyx sees us at 192.0.2.66, where 203.0.113.10 or 203.0.113.11 is expected");
    world.now += 30s;
    world.Round(Maps("telnyx", 2, "2001:db8::10"), Maps("twilio", 2, "203.0.113.11"));
    CHECK(world.Ids().empty());
  }

  TEST_CASE("stun-mapping-unexpected: over TCP as well, and of one address of several") {
    World world = WithStun({"telnyx"}, {"203.0.113.10"});
    auto good = Maps("telnyx", 1, "203.0.113.10"), bad = At(Maps("telnyx", 1, "192.0.2.66"), "192.0.2.210");
    good.transport = bad.transport = config::Transport::kTcp;
    world.Round(good, bad);
    REQUIRE(world.Ids() == Ids{"stun-mapping-unexpected:telnyx"});
    CHECK(world.Findings()[0].summary ==
          "STUN server telnyx sees us at 192.0.2.66 (asked at 192.0.2.210), where 203.0.113.10 is expected");
  }
}

}  // namespace dialwatch::diagnosis
