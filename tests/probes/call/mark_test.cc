#include "probes/call/mark.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {
namespace {

using Octets = std::vector<std::uint8_t>;
using Numbers = std::vector<std::uint32_t>;

Octets Joined(std::initializer_list<Octets> parts) {
  Octets all;
  for (const Octets& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace

TEST_SUITE("probes/call/mark") {
  TEST_CASE("a payload is its mark and silence") {
    const TalkMark mark{AudioCodec::kPcmu, 0x0123456789ABCDEF};
    const Octets payload = mark.Write(0x89AB0042, 160);
    CHECK(payload.size() == 160);
    CHECK(Octets(payload.begin(), payload.begin() + 26) == Octets{0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8,
                                                                  0xF9, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF, 0xF8, 0xF9,
                                                                  0xFA, 0xFB, 0xF0, 0xF0, 0xF4, 0xF2, 0xFF, 0xFF});
    CHECK(TalkMark{AudioCodec::kPcma, 0}.Write(1, 24).back() == 0xD1);
  }

  TEST_CASE("a mark is found again, and that of another call is not") {
    for (const auto codec : {AudioCodec::kPcmu, AudioCodec::kPcma}) {
      const TalkMark mark{codec, 77};
      CHECK(mark.Find(mark.Write(4711, 160)) == Numbers{4711});
      CHECK(mark.Find(TalkMark{codec, 78}.Write(4711, 160)).empty());
      CHECK(mark.Find(Octets(160, 0xFF)).empty());
      CHECK(mark.Find({}).empty());
    }
  }

  TEST_CASE("a dialer may cut the audio anew") {
    const TalkMark mark{AudioCodec::kPcmu, 0xFEDCBA9876543210};
    const Octets both = Joined({mark.Write(1, 160), mark.Write(2, 160)});
    CHECK(mark.Find(both) == Numbers{1, 2});
    CHECK(mark.Find(Joined({Octets(33, 0xFF), both})) == Numbers{1, 2});
    CHECK(mark.Find(std::span(both).subspan(10)) == Numbers{2});
  }

  TEST_CASE("a mark that is cut, or damaged, is none") {
    const TalkMark mark{AudioCodec::kPcmu, 5};
    Octets payload = mark.Write(1, 160);
    for (std::size_t size = 0; size < TalkMark::kSamples; ++size)
      CHECK(mark.Find(std::span(payload).first(size)).empty());
    payload[20] = 0x12;
    CHECK(mark.Find(payload).empty());
  }

  TEST_CASE("marks without end end") {
    const TalkMark mark{AudioCodec::kPcmu, 5};
    Octets payload;
    for (int i = 0; i < 60; ++i) payload = Joined({payload, mark.Write(1, 24)});
    CHECK(mark.Find(payload).size() == TalkMark::kMostFound);
  }
}

}  // namespace dialwatch::probes
