#include "probes/dns/frame_reader.h"

#include <doctest/doctest.h>

#include "tests/probes/dns/octets.h"

namespace dialwatch::probes {
namespace {

std::vector<Octets> All(FrameReader& frames) {
  std::vector<Octets> all;
  while (const auto message = frames.Next()) all.emplace_back(message->begin(), message->end());
  return all;
}

}  // namespace

TEST_SUITE("probes/dns/frame_reader") {
  TEST_CASE("messages are found however the octets are dealt out") {
    const Octets stream = FromHex("0003 616263  0000  0001 64");
    const std::vector<Octets> messages{{'a', 'b', 'c'}, {}, {'d'}};
    FrameReader whole;
    whole.Add(stream);
    CHECK(All(whole) == messages);
    FrameReader single;
    std::vector<Octets> got;
    for (const std::uint8_t octet : stream) {
      single.Add({&octet, 1});
      for (Octets& message : All(single)) got.push_back(std::move(message));
    }
    CHECK(got == messages);
  }

  TEST_CASE("the end of the stream tells how far it had come") {
    FrameReader frames;
    CHECK(frames.DescribeEnd() == "before it sent a reply");
    frames.Add(FromHex("00"));
    CHECK(frames.DescribeEnd() == "after 1 octet of a reply's length");
    frames.Add(FromHex("05 61 62"));
    CHECK(All(frames).empty());
    CHECK(frames.DescribeEnd() == "after 2 of 5 octets");
    frames.Add(FromHex("63 64 65"));
    CHECK(All(frames).size() == 1);
    CHECK(frames.DescribeEnd() == "before it sent a reply");
  }
}

}  // namespace dialwatch::probes
