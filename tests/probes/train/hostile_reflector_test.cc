// A reflector that has the key, and lies.
#include <doctest/doctest.h>

#include <limits>
#include <vector>

#include "probes/train/train.h"
#include "tests/probes/train/far_end.h"

namespace dialwatch::probes {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

struct Times {
  std::int64_t received, transmitted;
};

std::int64_t Now() {
  return nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

// A train of which each packet comes back after a millisecond, with the times of `lie`, each in its turn.
TrainSample Echoed(const std::vector<Times>& lies, std::uint32_t count = 1) {
  TrainPlan plan;
  plan.keys = std::make_shared<TrainKeys>(test::TestKeys());
  plan.packets = 4;
  plan.spacing = 1ms;
  std::vector<std::uint8_t> octets;
  Train train(plan, std::chrono::steady_clock::now(), [&](auto packet) {
    octets.assign(packet.begin(), packet.end());
    return 0;
  });
  for (std::uint32_t i = 0; i < RtpStream::kWarmUp + plan.packets; ++i) {
    train.Step();
    TrainToken token = std::get<SignedToken>(ReadTrainPacket(octets, *plan.keys)).token;
    const Times& lie = lies[i % lies.size()];
    token.is_reply = true;
    token.received_ns = lie.received;
    token.transmitted_ns = lie.transmitted;
    token.count = count;
    token.dialer = "d1\x1b[2J";
    WriteTrainPacket(octets, token, plan.keys->front());
    train.Receive(octets, std::chrono::steady_clock::now().time_since_epoch() + 1ms);
  }
  return train.Conclude({});
}

}  // namespace

TEST_SUITE("probes/train/train: a reflector that lies") {
  TEST_CASE("times that can be none are no times: the round trip is ours") {
    for (const auto& lies : {std::vector<Times>{{kLast, kFirst}},
                             {{kFirst, kLast}, {kLast, kFirst}},
                             {{0, 0}},
                             {{kFirst, kFirst}, {kLast, kLast}}}) {
      const TrainSample sample = Echoed(lies);
      CHECK(sample.measures.round.lost == 0);
      REQUIRE(sample.measures.rtt);
      CHECK(sample.measures.rtt->min >= 1ms);
      CHECK(sample.measures.rtt->p95 < 100ms);
      CHECK(*sample.measures.round.jitter < 100ms);
      CHECK_FALSE(sample.measures.up);
    }
  }

  TEST_CASE("a clock that is set while a packet is at the reflector neither lengthens nor shortens its way") {
    const std::int64_t now = Now();
    const std::int64_t minute = nanoseconds(1min).count();
    for (const std::int64_t set : {-minute, minute}) {
      const TrainSample sample = Echoed({{now, now + set}});
      CHECK(sample.outcome == RtpOutcome::kOk);
      CHECK(sample.measures.rtt->min >= 1ms);
      CHECK(sample.measures.rtt->p95 < 100ms);
    }
  }

  TEST_CASE("it never counts more than was sent, and its name moves no cursor") {
    const TrainSample sample = Echoed({{Now(), Now()}}, 4'000'000'000);
    CHECK(sample.measures.up->sent == 4);
    CHECK(sample.measures.down->sent == 4);
    CHECK(sample.measures.down->lost == 0);
    CHECK(sample.echoed_by == "d1\\027[2J");
  }
}

}  // namespace dialwatch::probes
