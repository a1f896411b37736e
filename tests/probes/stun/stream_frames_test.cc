#include "probes/stun/stream_frames.h"

#include <doctest/doctest.h>

#include "tests/probes/stun/messages.h"

namespace dialwatch::probes {

using test::Attribute;
using test::FromHex;
using test::Octets;

namespace {

constexpr TransactionId kId{0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

Octets Answer(std::size_t software = 4) {
  return test::Message(test::kBindingSuccess, kId, {Attribute(test::kSoftware, Octets(software, 'x'))});
}

// All messages that are whole so far.
std::vector<Octets> TakeAll(StunFrames& frames) {
  std::vector<Octets> taken;
  for (;;) {
    const auto message = frames.Next();
    REQUIRE(message);
    if (!*message) return taken;
    taken.emplace_back((*message)->begin(), (*message)->end());
  }
}

}  // namespace

TEST_SUITE("probes/stun/stream_frames") {
  TEST_CASE("a message is whole with its last octet, however they come") {
    StunFrames frames;
    const Octets answer = Answer();
    for (std::size_t i = 0; i + 1 < answer.size(); ++i) {
      frames.Add(std::span(answer).subspan(i, 1));
      CHECK(TakeAll(frames).empty());
    }
    frames.Add(std::span(answer).last(1));
    CHECK((TakeAll(frames) == std::vector<Octets>{answer}));
  }

  TEST_CASE("messages that come together are told apart") {
    StunFrames frames;
    const Octets first = Answer(), second = Answer(9);
    Octets stream = first;
    stream.insert(stream.end(), second.begin(), second.end());
    stream.insert(stream.end(), first.begin(), first.begin() + 7);
    frames.Add(stream);
    CHECK((TakeAll(frames) == std::vector<Octets>{first, second}));
    frames.Add(std::span(first).subspan(7));
    CHECK((TakeAll(frames) == std::vector<Octets>{first}));
  }

  TEST_CASE("the largest message is one") {
    StunFrames frames;
    Octets largest = FromHex("0101 FFFC");
    largest.insert(largest.end(), kId.begin(), kId.end());
    largest.resize(20 + 0xFFFC);
    frames.Add(std::span(largest).first(65000));
    CHECK(TakeAll(frames).empty());
    frames.Add(std::span(largest).subspan(65000));
    CHECK((TakeAll(frames) == std::vector<Octets>{largest}));
  }

  TEST_CASE("a stream that is not STUN is an error, as soon as that is seen") {
    for (const char* text : {"FF", "485454502F312E31", "0101 0000 DEADBEEF 0102030405060708090A0B0C"}) {
      CAPTURE(text);
      StunFrames frames;
      frames.Add(FromHex(text));
      const auto next = frames.Next();
      REQUIRE_FALSE(next);
      CHECK(next.error().what == "what came is not STUN");
    }
  }

  TEST_CASE("messages and channel data are told apart, however the octets come") {
    const Octets answer = Answer(), data = FromHex("4000 0001 07 000000");
    Octets stream = answer;
    for (const Octets* more : {&data, &answer}) stream.insert(stream.end(), more->begin(), more->end());
    for (std::size_t step = 1; step <= stream.size(); ++step) {
      StunFrames frames(StunFrames::Kinds::kMessagesAndChannelData);
      std::vector<Octets> all;
      for (std::size_t at = 0; at < stream.size(); at += step) {
        frames.Add(std::span(stream).subspan(at, std::min(step, stream.size() - at)));
        for (Octets& each : TakeAll(frames)) all.push_back(std::move(each));
      }
      CHECK(all == std::vector{answer, data, answer});
    }
  }

  TEST_CASE("what is neither ends the stream, and channel data is nothing where there is no relay") {
    StunFrames relay(StunFrames::Kinds::kMessagesAndChannelData), server;
    relay.Add(FromHex("80"));
    CHECK_FALSE(relay.Next());
    server.Add(FromHex("4000 0001"));
    REQUIRE_FALSE(server.Next());
    CHECK(server.Next().error().what == "what came is not STUN");
  }
}

}  // namespace dialwatch::probes
