#include "probes/train/token.h"

#include <doctest/doctest.h>

#include <numeric>

#include "probes/train/train.h"
#include "tests/probes/rtp/octets.h"

namespace dialwatch::probes::test {
namespace {

// Both were written by another program. Key 7 is the octets 0 to 31.
constexpr auto kRequest =
    "90001234deadbeefcafebabe"  // fixed header, X=1
    "44570017"                  // profile "DW", 23 words
    "01000700"                  // version 1, no flags, key 7, reserved
    "1122334455667788"          // train
    "00000035"                  // number 53
    "16345785dffbcd15"          // sent 1600000000.123456789
    "0000000000000000"          // room for: received
    "0000000000000000"          // transmitted
    "00000000"                  // count
    "0000000000000000000000000000000000000000000000000000000000000000"
    "3b1d3e30afd08b2c17a972dd1b513914";
constexpr auto kReply =
    "90001234deadbeefcafebabe"
    "44570017"
    "01010700"
    "1122334455667788"
    "00000035"
    "16345785dffbcd15"
    "16345785dffd53b5"  // received 1600000000.123556789
    "16345785dffd7ac5"  // transmitted 1600000000.123566789
    "00000032"          // 50 packets
    "6431000000000000000000000000000000000000000000000000000000000000"
    "a0688be89f7a75306fb9a7ba81f882d4";

const TrainToken kRequestToken{
    .train = 0x1122334455667788, .number = 53, .sent_ns = 1'600'000'000'123'456'789, .dialer = {}};

TrainKeys Keys(std::initializer_list<int> ids) {
  Octets secret(32);
  std::iota(secret.begin(), secret.end(), std::uint8_t{0});
  TrainKeys keys;
  for (const int id : ids) keys.emplace_back(static_cast<std::uint8_t>(id), secret);
  return keys;
}

Octets Packet(std::string_view hex, std::size_t payload = 64) {
  Octets packet = FromHex(hex);
  packet.resize(packet.size() + payload, 0xFF);
  return packet;
}

TokenFault FaultOf(const Octets& packet, const TrainKeys& keys) {
  const auto read = ReadTrainPacket(packet, keys);
  const auto* fault = std::get_if<TokenFault>(&read);
  REQUIRE(fault != nullptr);
  return *fault;
}

}  // namespace

TEST_SUITE("probes/train/token") {
  TEST_CASE("a request is read, with the key that signed it") {
    const TrainKeys keys = Keys({3, 7});
    const auto read = ReadTrainPacket(Packet(kRequest), keys);
    const auto* echo = std::get_if<SignedToken>(&read);
    REQUIRE(echo != nullptr);
    CHECK(echo->token == kRequestToken);
    CHECK(echo->key == &keys[1]);
  }

  TEST_CASE("a reply is read with what the reflector says") {
    const TrainKeys keys = Keys({7});
    const auto read = ReadTrainPacket(Packet(kReply), keys);
    const auto* echo = std::get_if<SignedToken>(&read);
    REQUIRE(echo != nullptr);
    CHECK(echo->token.is_reply);
    CHECK(echo->token.received_ns == 1'600'000'000'123'556'789);
    CHECK(echo->token.transmitted_ns == 1'600'000'000'123'566'789);
    CHECK(echo->token.count == 50);
    CHECK(echo->token.dialer == "d1");
  }

  TEST_CASE("what is written is what another program would write") {
    const TrainKeys keys = Keys({7});
    Octets packet = WriteRtp({false, 0, 0x1234, 0xdeadbeef, 0xcafebabe}, Octets(160, 0xFF));
    REQUIRE(packet.size() == 172);
    WriteTrainPacket(packet, kRequestToken, keys[0]);
    CHECK(packet == Packet(kRequest));

    TrainToken reply = kRequestToken;
    reply.is_reply = true;
    reply.received_ns = 1'600'000'000'123'556'789;
    reply.transmitted_ns = 1'600'000'000'123'566'789;
    reply.count = 50;
    reply.dialer = "d1";
    WriteTrainPacket(packet, reply, keys[0]);
    CHECK(packet == Packet(kReply));
  }

  TEST_CASE("no octet under the signature can be changed, nor can the signature") {
    const TrainKeys keys = Keys({7});
    const Octets good = Packet(kReply);
    for (std::size_t at = 0; at < kTrainPacketSize; ++at) {
      Octets bad = good;
      bad[at] ^= 0x01;
      const auto read = ReadTrainPacket(bad, keys);
      CAPTURE(at);
      CHECK(std::holds_alternative<TokenFault>(read));
    }
  }

  TEST_CASE("a reply whose direction is turned is forged, so no reflector answers another") {
    Octets packet = Packet(kReply);
    packet[17] = 0;
    CHECK(FaultOf(packet, Keys({7})) == TokenFault::kForged);
  }

  TEST_CASE("each fault has its name") {
    const TrainKeys keys = Keys({7});
    CHECK(FaultOf(Packet(kRequest), Keys({8})) == TokenFault::kUnknownKey);
    CHECK(FaultOf(Packet("80001234deadbeefcafebabe", 160), keys) == TokenFault::kNoToken);
    CHECK(FaultOf(Packet("90001234deadbeefcafebabebede0001000000", 160), keys) == TokenFault::kNoToken);
    CHECK(FaultOf({}, keys) == TokenFault::kNotRtp);
    Octets packet = Packet(kRequest);
    packet[16] = 2;
    CHECK(FaultOf(packet, keys) == TokenFault::kVersion);
    packet = Packet(kRequest);
    packet.resize(kTrainPacketSize - 1);
    CHECK(FaultOf(packet, keys) == TokenFault::kNotRtp);  // the extension's length lies
  }

  TEST_CASE("a token needs no payload behind it") {
    const auto read = ReadTrainPacket(Packet(kRequest, 0), Keys({7}));
    CHECK(std::holds_alternative<SignedToken>(read));
  }

  TEST_CASE("a name that is too long is cut, one of full length is not") {
    const TrainKeys keys = Keys({7});
    Octets packet = WriteRtp({}, Octets(160));
    TrainToken token{.dialer = std::string(40, 'x')};
    WriteTrainPacket(packet, token, keys[0]);
    const auto read = ReadTrainPacket(packet, keys);
    CHECK(std::get<SignedToken>(read).token.dialer == std::string(32, 'x'));
    CHECK(IsReflectorName(std::string(32, 'x')));
    CHECK_FALSE(IsReflectorName(std::string(33, 'x')));
    CHECK_FALSE(IsReflectorName(""));
    CHECK_FALSE(IsReflectorName("d 1"));
    CHECK_FALSE(IsReflectorName("dé"));
  }

  TEST_CASE("a packet has the size of its codec's, but room for the token") {
    using namespace std::chrono_literals;
    CHECK(TrainPacketSize(kPcmu, 20ms) == 172);
    CHECK(TrainPacketSize(kPcma, 30ms) == 252);
    CHECK(TrainPacketSize(kOpus, 20ms) == 112);
    CHECK(TrainPacketSize(kOpus, 10ms) == 108);
    CHECK(FindRtpCodec("opus") == &kOpus);
    CHECK(FindRtpCodec("g729") == nullptr);
  }
}

}  // namespace dialwatch::probes::test
