#include "tests/world/run.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "daemon/recording/replayer.h"
#include "tests/world/ordinary.h"

namespace dialwatch::world {
namespace {

using namespace std::chrono_literals;
using daemon::ReplayEvent;

const TimePoint kStart{std::chrono::sys_days{std::chrono::year{2020} / 8 / 31} + 13h};

std::vector<probes::Sample> SamplesOf(World& world, const config::Settings& settings, Duration length) {
  std::vector<probes::Sample> samples;
  Run(world, std::make_shared<config::Settings>(settings), kStart, kStart + length,
      [&](probes::Sample sample) { samples.push_back(std::move(sample)); });
  return samples;
}

std::vector<ReplayEvent> EventsOf(World& world, const config::Settings& settings, Duration length) {
  std::vector<ReplayEvent> events;
  daemon::Replayer replayer(std::make_shared<config::Settings>(settings),
                            [&](const ReplayEvent& event) { events.push_back(event); });
  for (probes::Sample& sample : SamplesOf(world, settings, length)) replayer.Add(std::move(sample));
  replayer.Finish();
  return events;
}

}  // namespace

TEST_SUITE("world/run") {
  TEST_CASE("where all is well nothing is found") {
    World world = OrdinaryWorld(40);
    CHECK(EventsOf(world, OrdinarySettings(40), 3h).empty());
  }

  TEST_CASE("a seed gives the same samples each time, another one others") {
    World a = OrdinaryWorld(4, 7), b = OrdinaryWorld(4, 7), c = OrdinaryWorld(4, 8);
    const auto settings = OrdinarySettings(4);
    const auto samples = SamplesOf(a, settings, 10min);
    CHECK(samples.size() > 500);
    CHECK(samples == SamplesOf(b, settings, 10min));
    CHECK_FALSE(samples == SamplesOf(c, settings, 10min));
  }

  TEST_CASE("wrong copies at one operator are one incident that ends with them") {
    World world = OrdinaryWorld(6);
    for (const int dialer : {2, 3}) {
      world.names.Of("google").Plant(HostOf(dialer), kStart + 10min, kStart + 40min, {{kElsewhere}});
    }
    const auto events = EventsOf(world, OrdinarySettings(6), 1h);
    const auto is_message = [](const ReplayEvent& event) { return event.kind == ReplayEvent::Kind::kMessage; };
    CHECK(std::ranges::count_if(events, is_message) == 2);
    const auto first = std::ranges::find_if(events, is_message);
    REQUIRE(first != events.end());
    CHECK(first->at > kStart + 11min);
    CHECK(first->at < kStart + 12min);
    CHECK(first->incident.cause == "dns-bogus");
    CHECK(first->incident.affected == std::vector<std::string>{"d2", "d3"});
  }
}

}  // namespace dialwatch::world
