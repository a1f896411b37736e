#include "probes/turn/frames.h"

#include <doctest/doctest.h>

#include "tests/probes/stun/messages.h"

namespace dialwatch::probes {

using test::FromHex;
using test::Octets;

namespace {

const Octets kMessage = FromHex("0113 0008 2112a442 000102030405060708090a0b 0009 0004 00000400");
const Octets kChannelData = FromHex("4000 0001 07 000000");

std::vector<Octets> Cut(TurnFrames& frames) {
  std::vector<Octets> cut;
  for (;;) {
    const auto next = frames.Next();
    if (!next || !*next) return cut;
    cut.emplace_back((*next)->begin(), (*next)->end());
  }
}

}  // namespace

TEST_SUITE("probes/turn/frames") {
  TEST_CASE("messages and channel data are told apart, however the octets come") {
    Octets stream = kMessage;
    for (const Octets* more : {&kChannelData, &kMessage}) stream.insert(stream.end(), more->begin(), more->end());
    for (std::size_t step = 1; step <= stream.size(); ++step) {
      TurnFrames frames;
      std::vector<Octets> all;
      for (std::size_t at = 0; at < stream.size(); at += step) {
        frames.Add(std::span(stream).subspan(at, std::min(step, stream.size() - at)));
        for (Octets& each : Cut(frames)) all.push_back(std::move(each));
      }
      CHECK(all == std::vector{kMessage, kChannelData, kMessage});
    }
  }

  TEST_CASE("what is neither ends the stream") {
    TurnFrames frames;
    frames.Add(FromHex("80 00 00 00"));
    REQUIRE_FALSE(frames.Next());
    CHECK(frames.Next().error().what == "0x80 begins neither a STUN message nor channel data");
  }
}

}  // namespace dialwatch::probes
