#include "reflector/stun_reply.h"

#include <doctest/doctest.h>

#include "probes/stun/binding.h"
#include "tests/probes/rtp/octets.h"

namespace dialwatch::reflector {

using base::Endpoint;
using base::IpAddress;
using probes::test::FromHex;
using Octets = std::vector<std::uint8_t>;

namespace {

// Padded by SOFTWARE to the size of the answer.
constexpr auto kRequest4 = "0001 000c 2112a442 0102030405060708090a0b0c 8022 0008 2020202020202020";
constexpr auto kRequest6 =
    "0001 0018 2112a442 0102030405060708090a0b0c 8022 0014 2020202020202020202020202020202020202020";

const Endpoint kSource4{*IpAddress::Parse("192.0.2.1"), 32853};
const Endpoint kSource6{*IpAddress::Parse("2001:db8:1234:5678:11:2233:4455:6677"), 32853};

}  // namespace

TEST_SUITE("reflector/stun_reply") {
  TEST_CASE("a binding request is told where it came from, in no more octets than it has") {
    // the XORed address and port are those of RFC 5769 §2.2
    CHECK(AnswerBinding(FromHex(kRequest4), kSource4) ==
          FromHex("0101 000c 2112a442 0102030405060708090a0b0c 0020 0008 0001 a147 e112a643"));
    const Octets answer = AnswerBinding(FromHex(kRequest6), kSource6);
    CHECK(answer.size() == FromHex(kRequest6).size());
  }

  TEST_CASE("a STUN client understands the answer") {
    for (const auto& [request, source] : {std::pair{kRequest4, kSource4}, std::pair{kRequest6, kSource6}}) {
      const Octets octets = FromHex(request);
      const auto reply = probes::ReadBindingReply(probes::ReadTransactionId(octets), AnswerBinding(octets, source));
      CHECK(reply.mapped == source);
    }
  }

  TEST_CASE("a request shorter than its answer gets none") {
    CHECK(AnswerBinding(FromHex("0001 0000 2112a442 0102030405060708090a0b0c"), kSource4).empty());
    CHECK(AnswerBinding(FromHex("0001 0008 2112a442 0102030405060708090a0b0c 8022 0004 20202020"), kSource4).empty());
    CHECK(AnswerBinding(FromHex(kRequest4), kSource6).empty());
  }

  TEST_CASE("what is no plain binding request gets no answer") {
    const auto answered = [](std::string_view hex) { return !AnswerBinding(FromHex(hex), kSource4).empty(); };
    CHECK_FALSE(answered("0101 000c 2112a442 0102030405060708090a0b0c 8022 0008 2020202020202020"));  // a response
    CHECK_FALSE(answered("0003 000c 2112a442 0102030405060708090a0b0c 8022 0008 2020202020202020"));  // Allocate
    CHECK_FALSE(answered("0001 000c 2112a443 0102030405060708090a0b0c 8022 0008 2020202020202020"));  // RFC 3489
    CHECK_FALSE(answered("0001 000c 2112a442 0102030405060708090a0b0c 0003 0008 2020202020202020"));  // CHANGE-REQUEST
    CHECK_FALSE(
        answered("0001 0010 2112a442 0102030405060708090a0b0c 8022 0008 2020202020202020"));  // a length that lies
    CHECK_FALSE(answered("0001 000c 2112a442 0102030405060708090a0b0c 8022 ffff 2020202020202020"));
    CHECK_FALSE(answered(""));
  }
}

}  // namespace dialwatch::reflector
