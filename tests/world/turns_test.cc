#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "tests/world/ordinary.h"
#include "tests/world/run.h"

// That the turns of a world are those of the probes: what tests/probes holds of these, by their samples.
namespace dialwatch::world {
namespace {

using namespace std::chrono_literals;
using probes::DnsSample, probes::Purpose, probes::StunSample, probes::TrainSample, probes::Via;

const TimePoint kStart{std::chrono::sys_days{std::chrono::year{2020} / 8 / 31} + 13h};

struct Taken {
  std::vector<probes::Sample> samples;

  Taken(World& world, const config::Settings& settings, Duration length) {
    Run(world, std::make_shared<config::Settings>(settings), kStart, kStart + length,
        [this](probes::Sample sample) { samples.push_back(std::move(sample)); });
  }

  template <typename T, typename Is>
  std::vector<T> Of(const Is& is) const {
    std::vector<T> found;
    for (const probes::Sample& sample : samples) {
      const auto* each = std::get_if<T>(&sample);
      if (each != nullptr && is(*each)) found.push_back(*each);
    }
    return found;
  }
  // Of d1.
  std::size_t Asked(const std::string& resolver, Purpose purpose) const {
    return Of<DnsSample>([&](const DnsSample& each) {
             return each.via.name == resolver && each.purpose == purpose &&
                    (each.host == HostOf(1) || purpose == Purpose::kIdentity);
           })
        .size();
  }
};

config::Settings WithoutMedia(int dialers) {
  config::Settings settings = OrdinarySettings(dialers);
  for (config::Dialer& dialer : settings.dialers) dialer.reflector_port = 0;
  return settings;
}

}  // namespace

TEST_SUITE("world/turns") {
  TEST_CASE("each name is asked once an interval of every server and every resolver") {
    World world = OrdinaryWorld(1);
    const Taken taken(world, WithoutMedia(1), 5min);
    for (const char* resolver : {"quad9", "cloudflare", "google"}) {
      CHECK(taken.Asked(resolver, Purpose::kName) == 10);
      CHECK(taken.Asked(resolver, Purpose::kConfirm) == 0);
      CHECK(taken.Asked(resolver, Purpose::kIdentity) == 2);  // once, at both addresses
    }
    CHECK(taken.Asked("example.com", Purpose::kName) == 20);
    CHECK(taken.Of<probes::ZoneSample>([](const auto&) { return true; }).size() == 10);
    CHECK(taken.Of<StunSample>([](const auto&) { return true; }).size() == 10);
  }

  TEST_CASE("a wrong answer is asked again seven times in its turn, and in the three turns after it") {
    World world = OrdinaryWorld(1);
    world.names.Of("google").Plant(HostOf(1), kStart + 60s, kStart + 90s, {{kElsewhere}});
    const Taken taken(world, WithoutMedia(1), 5min);
    CHECK(taken.Asked("google", Purpose::kConfirm) == 4 * 7);
    CHECK(taken.Asked("quad9", Purpose::kConfirm) == 0);
    CHECK(taken.Asked("google", Purpose::kIdentity) == 4);
  }

  TEST_CASE("while a server of the zone is wrong no resolver is asked for the name") {
    World world = OrdinaryWorld(1);
    world.names.zones.front().Change(kStart + 60s, HostOf(1), {});
    const Taken taken(world, WithoutMedia(1), 5min);
    CHECK(taken.Asked("google", Purpose::kName) == 2);
    CHECK(taken.Asked("example.com", Purpose::kName) == 20);
  }

  TEST_CASE("a SERVFAIL is asked again without validation, which tells an ended signature") {
    World world = OrdinaryWorld(1);
    Zone& zone = world.names.zones.front();
    zone.is_signed = true;
    zone.signer_stopped = std::optional<TimePoint>(kStart - 20 * 24h);
    const Taken taken(world, WithoutMedia(1), 60s);
    CHECK(taken.Asked("quad9", Purpose::kUnchecked) == 2);
    CHECK(taken
              .Of<DnsSample>([](const DnsSample& each) {
                return each.via.name == "quad9" && each.purpose == Purpose::kUnchecked && !each.answers.empty();
              })
              .size() == 2);
  }

  TEST_CASE("control names are new each time and lead past every cache") {
    World world = OrdinaryWorld(1);
    world.names.zones.front().probe_label = "probe";
    config::Settings settings = WithoutMedia(1);
    settings.authorities = {
        {.zone = "example.com", .servers = world.names.zones.front().ServersAt(kStart), .probe_label = "probe"}};
    const Taken taken(world, settings, 2min);
    const auto controls = taken.Of<DnsSample>([](const DnsSample& each) { return each.purpose == Purpose::kControl; });
    CHECK(controls.size() == 4 * (2 + 3));
    CHECK(std::ranges::all_of(
        controls, [](const DnsSample& each) { return each.zone == "example.com" && !each.answers.empty(); }));
    CHECK(controls.front().host != controls.back().host);
  }

  TEST_CASE("a train goes to each address that anybody gives, soon after it is new, and thrice where nobody answers") {
    World world = OrdinaryWorld(1);
    world.names.Of("google").Plant(HostOf(1), kStart + 70s, kStart + 10min, {{kElsewhere}});
    const Taken taken(world, OrdinarySettings(1), 4min);
    const auto wrong = taken.Of<TrainSample>(
        [](const TrainSample& each) { return each.subject.address.address.ToString() == kElsewhere; });
    REQUIRE(wrong.size() >= 3);
    CHECK(wrong.front().at < kStart + 110s);
    CHECK(wrong.front().subject.resolved_via == std::vector<std::string>{"google"});
    CHECK(wrong.front().outcome == probes::RtpOutcome::kBlackhole);
    CHECK(std::ranges::count(wrong, wrong.front().round, &TrainSample::round) == 3);
    CHECK(std::ranges::count(wrong, wrong.back().round, &TrainSample::round) == 1);
    const auto right = taken.Of<TrainSample>([](const TrainSample& each) { return each.subject.by_authority; });
    CHECK(std::ranges::all_of(right, [](const TrainSample& each) {
      return each.outcome == probes::RtpOutcome::kOk && each.echoed_by == "d1";
    }));
  }

  TEST_CASE("what is lost is sent again, and where our network is out all is silent") {
    World world = OrdinaryWorld(1);
    world.uplink.loss.Set(Between(kStart, kStart + 10min), 0.1);
    world.uplink.out.Set(From(kStart + 10min), true);
    const Taken taken(world, WithoutMedia(1), 11min);
    const auto before = taken.Of<DnsSample>([](const DnsSample& each) { return each.at < kStart + 10min; });
    const auto silent = std::ranges::count(before, probes::DnsOutcome::kTimeout, &DnsSample::outcome);
    CHECK(silent > 0);
    CHECK(silent < static_cast<std::ptrdiff_t>(before.size()) / 10);
    CHECK(std::ranges::count(before, 2, &DnsSample::sends) > silent);
    CHECK(taken
              .Of<DnsSample>([](const DnsSample& each) {
                return each.at > kStart + 10min + 5s && each.outcome == probes::DnsOutcome::kAnswered;
              })
              .empty());
  }

  TEST_CASE("a NAT that becomes symmetric shows each STUN server another port") {
    World world = OrdinaryWorld(1);
    world.stun.push_back({.address = *Endpoint::Parse("192.0.2.201", 3478)});
    world.uplink.symmetric.Set(From(kStart + 1min), true);
    config::Settings settings = WithoutMedia(1);
    settings.stun_servers = {{.name = "a", .uri = {.host = "192.0.2.200"}},
                             {.name = "b", .uri = {.host = "192.0.2.201"}}};
    const Taken taken(world, settings, 2min);
    const auto bindings = taken.Of<StunSample>([](const StunSample&) { return true; });
    REQUIRE(bindings.size() == 8);
    const auto ports = [&](std::size_t first) {
      return std::pair(bindings[first].mapped->port, bindings[first + 1].mapped->port);
    };
    CHECK(ports(0).first == ports(0).second);
    CHECK(ports(6).first != ports(6).second);
    CHECK(bindings[6].round == bindings[7].round);
  }

  TEST_CASE("samples tell the time of a clock that is wrong") {
    World world = OrdinaryWorld(1);
    world.clock_off.Set(From(kStart + 1min), 2h);
    const Taken taken(world, WithoutMedia(1), 2min);
    const auto names = taken.Of<DnsSample>([](const DnsSample& each) { return each.purpose == Purpose::kName; });
    CHECK(names.front().at < kStart + 1min);
    CHECK(names.back().at > kStart + 2h + 1min);
  }
}

}  // namespace dialwatch::world
