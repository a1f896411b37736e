#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/scenarios/scene.h"
#include "tests/scenarios/story.h"
#include "tests/world/ordinary.h"
#include "tests/world/run.h"

// Ordinary life: nothing of it is to wake anybody.
using namespace dialwatch;
using namespace dialwatch::scenarios;
using namespace std::chrono_literals;

namespace {

using std::chrono::days, world::Between, world::From;

#ifdef DIALWATCH_FEWER_RUNS
constexpr int kDays = 2;
#else
constexpr int kDays = 30;
#endif
constexpr int kDialers = 4;

std::string OtherAddressOf(int dialer) {
  return fmt::format("198.51.101.{}", dialer);
}

// Two machines behind one name, of which either or both are told; the config lists both.
void RoundRobin(Scene& scene, int dialer, std::size_t shown) {
  const world::RecordSet both{{world::AddressOf(dialer), OtherAddressOf(dialer)}, 300, shown};
  scene.world.names.zones.front().Change(kStart - 1h, world::HostOf(dialer), both);
  auto& configured = scene.settings->dialers[static_cast<std::size_t>(dialer) - 1];
  for (const std::string& address : both.data) configured.expect.push_back(*base::IpPrefix::Parse(address));
  configured.expect_mode = config::ExpectMode::kSubset;
}

// The dialer moves to its other address, or back, as it should: both work for a quarter of an hour.
void Move(Scene& scene, int dialer, TimePoint at, bool back) {
  scene.world.names.zones.front().Change(at, world::HostOf(dialer),
                                         {{back ? world::AddressOf(dialer) : OtherAddressOf(dialer)}});
  world::Dialer& left = scene.world.dialers[static_cast<std::size_t>(dialer - 1 + (back ? kDialers : 0))];
  left.alive.Set(Between(at + 15min, at + days(1) - 15min), false);
}

// Each day at that hour.
world::When Daily(Duration after_start, Duration lasts) {
  return world::Flapping(kStart + after_start, kStart + days(kDays), lasts, days(1) - lasts);
}

// One after the other is taken down for a moment of each night, as for an update.
void Maintain(Scene& scene) {
  auto& names = scene.world.names;
  const auto& second = names.operators[2].addresses[1];
  names.operators[0].health.Set(Daily(17h, 80s), world::Health::kSilent);
  names.operators[2]
      .health_at.try_emplace(second, world::Health::kWell)
      .first->second.Set(Daily(18h, 20min), world::Health::kSilent);
  names.zones.front().servers[1].health.Set(Daily(19h, 80s), world::Health::kSilent);
  names.zones.front().servers[0].health.Set(Daily(20h, 80s), world::Health::kRefused);
  scene.world.stun[0].health.Set(Daily(21h, 80s), world::Health::kUnreachable);
  scene.world.relays[0].state.Set(Daily(22h, 80s), world::Relay::State::kSilent);
}

// The line is dialled anew, as many are at night, and has another address then.
void DialAnew(world::Uplink& uplink) {
  uplink.out.Set(Daily(19h + 30min, 25s), true);
  for (int day = 0; day < kDays; ++day) {
    uplink.public_address.Set(From(kStart + days(day) + 19h + 30min), fmt::format("203.0.113.{}", 11 + day));
  }
}

Scene OrdinaryLife() {
  Scene scene = BuildScene({.dialers = kDialers, .stun = {"telnyx", "twilio"}, .turn = {"relay"}, .media = true}, 1);
  auto& world = scene.world;
  world.uplink.loss = 0.005;
  for (world::Operator& each : world.names.operators) each.caches.resize(8);
  for (int i = 1; i <= kDialers; ++i) {
    world.dialers.push_back({.address = *base::IpAddress::Parse(OtherAddressOf(i)), .name = fmt::format("d{}", i)});
  }
  RoundRobin(scene, 3, 0);
  RoundRobin(scene, 4, 1);
  Maintain(scene);
  DialAnew(world.uplink);
  for (int day = 0; day < kDays; ++day) Move(scene, 1 + day / 2 % 2, kStart + days(day) + 3h, day % 2 == 1);
  return scene;
}

}  // namespace

TEST_SUITE("scenarios/quiet") {
  TEST_CASE("thirty days of ordinary life wake nobody") {
    Scene scene = OrdinaryLife();
    Stories stories;
    std::size_t samples = 0;
    daemon::Replayer replayer(scene.settings, [&](const daemon::ReplayEvent& event) { stories.Take(event); });
    world::Run(scene.world, scene.settings, kStart, kStart + days(kDays), [&](probes::Sample sample) {
      ++samples;
      replayer.Add(std::move(sample));
    });
    const auto last = replayer.Finish();
    REQUIRE(last);
    CHECK(replayer.evaluated());
    CHECK(samples > static_cast<std::size_t>(kDays) * 50'000);
    for (const Story& story : stories.all()) {
      if (!story.fired) continue;
      FAIL_CHECK(fmt::format("{}\n{}", story.id, story.messages.empty() ? "" : story.messages.front()));
    }
    CHECK(stories.messages() == 0);
    MESSAGE(fmt::format("{} samples of {} days, {} incidents that passed before they fired", samples, kDays,
                        stories.all().size()));
  }
}
