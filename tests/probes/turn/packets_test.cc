#include "probes/turn/packets.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {

TEST_SUITE("probes/turn/packets") {
  TEST_CASE("each packet counts once, whatever the order") {
    TurnPackets packets;
    for (const int number : {9, 0, 9, 3}) CHECK(packets.Take(packets.Write(number)));
    CHECK(packets.arrived() == 3);
  }

  TEST_CASE("those of another train, and what is no packet of ours, do not count") {
    TurnPackets packets;
    const TurnPackets others;
    CHECK_FALSE(packets.Take(others.Write(0)));
    CHECK_FALSE(packets.Take({}));
    auto packet = packets.Write(1);
    CHECK_FALSE(packets.Take(std::span(packet).first(100)));
    packet[16] = TurnPackets::kCount;
    CHECK_FALSE(packets.Take(packet));
    CHECK(packets.arrived() == 0);
  }
}

}  // namespace dialwatch::probes
