#include "probes/turn/packets.h"

#include <doctest/doctest.h>

#include <vector>

namespace dialwatch::probes {

namespace {

std::vector<TurnPackets::Packet> SendAll(TurnPackets& packets) {
  std::vector<TurnPackets::Packet> sent;
  while (!packets.AllSent()) sent.push_back(packets.Next());
  return sent;
}

}  // namespace

TEST_SUITE("probes/turn/packets") {
  TEST_CASE("each packet counts once, whatever the order") {
    TurnPackets packets;
    const auto sent = SendAll(packets);
    REQUIRE(sent.size() == 10);
    for (const std::size_t number : {9u, 0u, 9u, 3u}) CHECK(packets.Take(sent[number]));
    CHECK(packets.flow() == TurnFlow{10, 3});
    CHECK_FALSE(packets.AllArrived());
    for (const auto& packet : sent) CHECK(packets.Take(packet));
    CHECK(packets.AllArrived());
  }

  TEST_CASE("those of another train, not sent yet, or no packet of ours do not count") {
    TurnPackets packets, others;
    CHECK_FALSE(packets.Take(others.Next()));
    CHECK_FALSE(packets.Take({}));
    auto packet = packets.Next();
    CHECK_FALSE(packets.Take(std::span(packet).first(100)));
    packet[16] = 1;
    CHECK_FALSE(packets.Take(packet));
    CHECK(packets.flow() == TurnFlow{1, 0});
  }
}

}  // namespace dialwatch::probes
