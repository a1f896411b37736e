#include "reflector/reflector.h"

#include <doctest/doctest.h>

#include "probes/rtp/codec.h"
#include "tests/probes/rtp/octets.h"

namespace dialwatch::reflector {

using base::Endpoint;
using base::IpAddress;
using probes::TrainToken;
using namespace std::chrono_literals;
using Octets = std::vector<std::uint8_t>;

namespace {

constexpr std::chrono::nanoseconds kNow = 1'600'000'000s;
const Endpoint kSource{*IpAddress::Parse("192.0.2.1"), 4000};

probes::TrainKeys Keys(std::initializer_list<int> ids) {
  probes::TrainKeys keys;
  for (const int id : ids) keys.emplace_back(static_cast<std::uint8_t>(id), Octets(32, static_cast<std::uint8_t>(id)));
  return keys;
}

Octets Packet(const TrainToken& token, int key = 1) {
  Octets packet = probes::WriteRtp({false, 0, 0x1234, 160, 0xcafebabe}, Octets(160, 0xFF));
  WriteTrainPacket(packet, token, Keys({key}).front());
  return packet;
}

TrainToken Token(std::uint32_t number, std::uint64_t train = 9) {
  return {.train = train, .number = number, .sent_ns = kNow.count(), .dialer = {}};
}

Moment At(std::chrono::nanoseconds after) {
  return {kNow + after, kNow + after + 5us, std::chrono::steady_clock::time_point(1000s + after)};
}

class Bed {
 public:
  explicit Bed(ReflectorOptions options = {.dialer = "d1"}) : reflector_(std::move(options), Keys({1, 2})) {}

  Reflector* operator->() { return &reflector_; }

  // Empty where it was dropped.
  Octets Reflect(Octets packet, std::chrono::nanoseconds after = 0s, const Endpoint& source = kSource) {
    const auto answer = reflector_.Reflect(packet, source, At(after));
    dropped = std::holds_alternative<Drop>(answer) ? std::optional(std::get<Drop>(answer)) : std::nullopt;
    packet.resize(dropped ? 0 : std::get<std::size_t>(answer));
    return packet;
  }

  std::optional<Drop> DropOf(Octets packet, std::chrono::nanoseconds after = 0s, const Endpoint& source = kSource) {
    Reflect(std::move(packet), after, source);
    return dropped;
  }

  std::optional<Drop> dropped;

 private:
  Reflector reflector_;
};

TrainToken Read(const Octets& packet) {
  const probes::TrainKeys keys = Keys({1, 2});
  const auto read = probes::ReadTrainPacket(packet, keys);
  REQUIRE(std::holds_alternative<probes::SignedToken>(read));
  return std::get<probes::SignedToken>(read).token;
}

}  // namespace

TEST_SUITE("reflector/reflector") {
  TEST_CASE("a reply has the size, header and payload of its request, and says when, how many, and whose") {
    Bed reflector;
    const Octets request = Packet(Token(3));
    const Octets reply = reflector.Reflect(request, 1s);
    REQUIRE(reply.size() == request.size());
    CHECK(Octets(reply.begin(), reply.begin() + 16) == Octets(request.begin(), request.begin() + 16));
    CHECK(Octets(reply.begin() + probes::kTrainPacketSize, reply.end()) == Octets(64, 0xFF));
    CHECK(Read(reply) == TrainToken{.is_reply = true,
                                    .train = 9,
                                    .number = 3,
                                    .sent_ns = 1'600'000'000'000'000'000,
                                    .received_ns = 1'600'000'001'000'000'000,
                                    .transmitted_ns = 1'600'000'001'000'005'000,
                                    .count = 1,
                                    .dialer = "d1"});
  }

  TEST_CASE("only what counts is counted, each train for itself") {
    Bed reflector;
    TrainToken warm_up = Token(0);
    warm_up.is_counted = false;
    CHECK(Read(reflector.Reflect(Packet(warm_up))).count == 0);
    CHECK(Read(reflector.Reflect(Packet(Token(1)))).count == 1);
    CHECK(Read(reflector.Reflect(Packet(Token(3)))).count == 2);
    CHECK(Read(reflector.Reflect(Packet(Token(1, 10)))).count == 1);
    CHECK(Read(reflector.Reflect(Packet(Token(2)))).count == 3);
  }

  TEST_CASE("a reply is never answered, so two reflectors cannot talk") {
    Bed reflector;
    const Octets reply = reflector.Reflect(Packet(Token(0)));
    CHECK(reflector.DropOf(reply) == Drop::kIsReply);
  }

  TEST_CASE("a packet is answered once") {
    Bed reflector;
    const Octets packet = Packet(Token(0));
    CHECK_FALSE(reflector.Reflect(packet).empty());
    CHECK(reflector.DropOf(packet) == Drop::kReplayed);
    CHECK(reflector.DropOf(packet, 119s) == Drop::kReplayed);
    CHECK(reflector.DropOf(packet, 121s) == Drop::kClock);
    CHECK(Read(reflector.Reflect(Packet(Token(1)))).count == 2);  // the copies were not counted
  }

  TEST_CASE("a packet from the future cannot be replayed as long as it is valid") {
    Bed reflector;
    const Octets packet = Packet(Token(0));
    CHECK_FALSE(reflector.Reflect(packet, -120s).empty());
    CHECK(reflector.DropOf(packet, 119s) == Drop::kReplayed);
  }

  TEST_CASE("clocks may differ by 120 s") {
    CHECK_FALSE(Bed().DropOf(Packet(Token(0)), 120s));
    CHECK(Bed().DropOf(Packet(Token(0)), 120s + 1ns) == Drop::kClock);
    CHECK_FALSE(Bed().DropOf(Packet(Token(0)), -120s));
    CHECK(Bed().DropOf(Packet(Token(0)), -120s - 1ns) == Drop::kClock);
    for (const std::int64_t odd : {std::int64_t{0}, INT64_MIN, INT64_MAX}) {
      TrainToken token = Token(0);
      token.sent_ns = odd;
      CHECK(Bed().DropOf(Packet(token)) == Drop::kClock);
    }
  }

  TEST_CASE("both keys are believed, and the reply is signed with that of the request") {
    Bed reflector;
    const Octets reply = reflector.Reflect(Packet(Token(0), 2));
    REQUIRE_FALSE(reply.empty());
    CHECK(reply[18] == 2);
    CHECK(reflector.DropOf(Packet(Token(1), 3)) == Drop::kUnknownKey);
    reflector->SetKeys(Keys({3}));
    CHECK_FALSE(reflector.DropOf(Packet(Token(1), 3)));
    CHECK(reflector.DropOf(Packet(Token(2), 2)) == Drop::kUnknownKey);
  }

  TEST_CASE("strangers hear nothing, and each is counted by its reason") {
    Bed reflector;
    Octets forged = Packet(Token(0));
    forged[30] ^= 1;
    CHECK(reflector.DropOf(forged) == Drop::kForged);
    CHECK(reflector.DropOf(probes::WriteRtp({}, Octets(160))) == Drop::kNoToken);
    CHECK(reflector.DropOf({}) == Drop::kNotRtp);
    CHECK(reflector.DropOf(Octets(172, 0x55)) == Drop::kNotRtp);
    Octets newer = Packet(Token(0));
    newer[16] = 2;
    CHECK(reflector.DropOf(newer) == Drop::kVersion);
    const Counters& counters = reflector->counters();
    CHECK(counters.received == 5);
    CHECK(counters.echoed == 0);
    CHECK(counters.Of(Drop::kNotRtp) == 2);
    CHECK(counters.Of(Drop::kForged) == 1);
  }

  TEST_CASE("a source has its rate, others theirs; what is above it is not counted as arrived") {
    Bed reflector({.dialer = "d1", .per_second = 10});
    std::uint32_t number = 0;
    while (number < 10) CHECK_FALSE(reflector.DropOf(Packet(Token(number++))));
    CHECK(reflector.DropOf(Packet(Token(number++))) == Drop::kRateLimited);
    const Endpoint other{*IpAddress::Parse("192.0.2.2"), 4000};
    CHECK_FALSE(reflector.DropOf(Packet(Token(0, 10)), 0s, other));
    CHECK(Read(reflector.Reflect(Packet(Token(number)), 100ms)).count == 11);
  }

  TEST_CASE("forged packets do not use up the rate of the address that they claim") {
    Bed reflector({.dialer = "d1", .per_second = 10});
    for (int i = 0; i < 100; ++i) {
      Octets forged = Packet(Token(0));
      forged[40] ^= 1;
      CHECK(reflector.DropOf(forged) == Drop::kForged);
    }
    CHECK_FALSE(reflector.DropOf(Packet(Token(0))));
  }

  TEST_CASE("there are never more trains than said") {
    Bed reflector({.dialer = "d1", .most_trains = 2});
    CHECK_FALSE(reflector.DropOf(Packet(Token(0, 1))));
    CHECK_FALSE(reflector.DropOf(Packet(Token(0, 2))));
    CHECK(reflector.DropOf(Packet(Token(0, 3))) == Drop::kTooManyTrains);
  }

  TEST_CASE("STUN is answered on the same port, at a rate of its own") {
    Bed reflector({.dialer = "d1", .per_second = 3});
    const Octets request =
        probes::test::FromHex("0001 000c 2112a442 0102030405060708090a0b0c 8022 0008 2020202020202020");
    for (int i = 0; i < 3; ++i) CHECK(reflector.Reflect(request).size() == 32);
    CHECK(reflector.DropOf(request) == Drop::kRateLimited);
    CHECK_FALSE(reflector.DropOf(Packet(Token(0))));
    CHECK(reflector.DropOf(probes::test::FromHex("0001 0000 2112a442 0102030405060708090a0b0c")) == Drop::kStun);
    CHECK(reflector->counters().bindings == 3);
    CHECK(reflector->counters().echoed == 1);
  }
}

}  // namespace dialwatch::reflector
