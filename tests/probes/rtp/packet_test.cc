#include "probes/rtp/packet.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/probes/rtp/octets.h"

namespace dialwatch::probes::test {
namespace {

// V=2, M=1, PT 0, sequence 0x1234, timestamp 0xdeadbeef, SSRC 0xcafebabe
constexpr auto kFixed = "80 80 1234 deadbeef cafebabe";

bool Reads(std::string_view hex) {
  const Octets octets = FromHex(hex);
  return ReadRtp(octets).has_value();
}

Octets PayloadOf(std::string_view hex) {
  const Octets octets = FromHex(hex);
  const auto packet = ReadRtp(octets);
  REQUIRE(packet);
  return {packet->payload.begin(), packet->payload.end()};
}

}  // namespace

TEST_SUITE("probes/rtp/packet") {
  TEST_CASE("a fixed header is read field by field") {
    const Octets octets = FromHex(std::string(kFixed) + "0102");
    const auto packet = ReadRtp(octets);
    REQUIRE(packet);
    CHECK(packet->header == RtpHeader{true, 0, 0x1234, 0xdeadbeef, 0xcafebabe});
    CHECK(packet->csrcs == 0);
    CHECK_FALSE(packet->extension);
    CHECK(Octets(packet->payload.begin(), packet->payload.end()) == Octets{1, 2});
  }

  TEST_CASE("what is written is read back, octet for octet") {
    CHECK(WriteRtp({true, 0, 0x1234, 0xdeadbeef, 0xcafebabe}, Octets{1, 2}) == FromHex(std::string(kFixed) + "0102"));
    CHECK(WriteRtp({false, 111, 1, 2, 3}, {}) == FromHex("80 6f 0001 00000002 00000003"));
  }

  TEST_CASE("the payload begins behind CSRCs and extension, and ends before the padding") {
    CHECK(PayloadOf("82 00 1234 deadbeef cafebabe 11111111 22222222 aabb") == Octets{0xaa, 0xbb});
    CHECK(PayloadOf("90 00 1234 deadbeef cafebabe bede0001 10000000 aabb") == Octets{0xaa, 0xbb});
    CHECK(PayloadOf("a0 00 1234 deadbeef cafebabe aabb 0002") == Octets{0xaa, 0xbb});
    CHECK(PayloadOf("b1 00 1234 deadbeef cafebabe 11111111 bede0001 10000000 aabb 000003") == Octets{0xaa, 0xbb});
    CHECK(PayloadOf("a0 00 1234 deadbeef cafebabe 01").empty());
  }

  TEST_CASE("an extension is handed out with its profile") {
    const Octets octets = FromHex("90 00 1234 deadbeef cafebabe 4457 0002 0102030405060708 ff");
    const auto packet = ReadRtp(octets);
    REQUIRE(packet);
    REQUIRE(packet->extension);
    CHECK(packet->extension->profile == 0x4457);
    CHECK(packet->extension->octets.size() == 8);
    CHECK(packet->extension->octets[7] == 8);
    CHECK(packet->payload.size() == 1);
  }

  TEST_CASE("lengths that say more than there is are no RTP") {
    CHECK_FALSE(Reads(""));
    CHECK_FALSE(Reads("80 00 1234 deadbeef cafeba"));                      // a header cut short
    CHECK_FALSE(Reads("8f 00 1234 deadbeef cafebabe 11111111"));           // 15 CSRCs, one there
    CHECK_FALSE(Reads("90 00 1234 deadbeef cafebabe bede00"));             // an extension's head cut short
    CHECK_FALSE(Reads("90 00 1234 deadbeef cafebabe bede0002 10000000"));  // one word of two
    CHECK_FALSE(Reads("90 00 1234 deadbeef cafebabe bedeffff 10000000"));  // 256 KiB of extension
    CHECK_FALSE(Reads("a0 00 1234 deadbeef cafebabe aabb 00"));            // no padding, although it says so
    CHECK_FALSE(Reads("a0 00 1234 deadbeef cafebabe aabb 05"));            // padding longer than the payload
    CHECK_FALSE(Reads("a0 00 1234 deadbeef cafebabe"));                    // nor any octet to count it
    CHECK_FALSE(Reads("b0 00 1234 deadbeef cafebabe bede0001 10000000"));  // padding must not eat the extension
  }

  TEST_CASE("other protocols on the port are no RTP") {
    CHECK_FALSE(Reads("40 00 1234 deadbeef cafebabe"));                  // version 1
    CHECK_FALSE(Reads("00 01 0000 2112a442 010203040506070809101112"));  // STUN
    CHECK_FALSE(Reads("80 c8 0006 cafebabe 0000000000000000"));          // an RTCP sender report
    CHECK(Reads("80 bf 1234 deadbeef cafebabe"));                        // a marker with payload type 63 is not RTCP
    CHECK(Reads("80 e0 1234 deadbeef cafebabe"));
  }
}

}  // namespace dialwatch::probes::test
