#include "probes/target.h"

#include <doctest/doctest.h>

using namespace dialwatch;
using probes::ControlTarget;
using probes::NameTarget;
using probes::StunTarget;
using probes::Target;

namespace {

config::Settings TwoDialers() {
  config::Settings settings = config::DefaultSettings();
  config::Dialer d1 = config::AdHocDialer("d1.example.com", settings);
  d1.types = {base::RecordType::kA, base::RecordType::kAaaa};
  settings.dialers = {d1, config::AdHocDialer("d2.example.com", settings)};
  return settings;
}

}  // namespace

TEST_SUITE("probes/target") {
  TEST_CASE("a target for all STUN servers, and one for each name and type") {
    const std::vector<Target> expected{StunTarget{}, NameTarget{"d1.example.com", base::RecordType::kA},
                                       NameTarget{"d1.example.com", base::RecordType::kAaaa},
                                       NameTarget{"d2.example.com", base::RecordType::kA}};
    CHECK((probes::TargetsOf(TwoDialers()) == expected));
  }

  TEST_CASE("no STUN server, no STUN target") {
    config::Settings settings = TwoDialers();
    settings.stun_servers.clear();
    CHECK(probes::TargetsOf(settings).size() == 3);
  }

  TEST_CASE("a target for each relay") {
    config::Settings settings = TwoDialers();
    settings.turn_servers.resize(2);
    settings.turn_servers[0].name = "a";
    settings.turn_servers[1].name = "b";
    const auto targets = probes::TargetsOf(settings);
    CHECK(targets.size() == 6);
    CHECK((targets[4] == Target(probes::TurnTarget{"a"})));
    CHECK((targets[5] == Target(probes::TurnTarget{"b"})));
  }

  TEST_CASE("a pinned zone with a probe label has its control names, where a dialer lies in it") {
    config::Settings settings = TwoDialers();
    settings.authorities = {{"example.com", {}, "probe"}, {"example.net", {}, "probe"}, {"d2.example.com", {}, ""}};
    auto targets = probes::NameTargetsOf(settings);
    CHECK(targets.size() == 4);
    CHECK((targets.front() == Target(ControlTarget{"example.com"})));
    settings.authorities.front().probe_label = "";
    CHECK(probes::NameTargetsOf(settings).size() == 3);
  }

  TEST_CASE("each target lives on exactly one worker") {
    const auto targets = probes::TargetsOf(TwoDialers());
    const auto first = probes::ShareOf(targets, 0, 3);
    const auto second = probes::ShareOf(targets, 1, 3);
    const auto third = probes::ShareOf(targets, 2, 3);
    CHECK(first.size() + second.size() + third.size() == targets.size());
    CHECK((first == std::vector<Target>{targets[0]}));
    CHECK((second == std::vector<Target>{targets[1], targets[2]}));
  }

  TEST_CASE("a train for each dialer with a reflector, after the names and on the worker that knows its addresses") {
    config::Settings settings = TwoDialers();
    settings.dialers[1].reflector_port = 9000;
    settings.media.interval = std::chrono::seconds(45);
    const auto targets = probes::TargetsOf(settings);
    const Target train = probes::TrainTarget{"d2.example.com", "d2.example.com"};
    REQUIRE(targets.size() == 5);
    CHECK((targets.back() == train));
    CHECK(probes::FollowsNames(train));
    CHECK(probes::TurnOf(train, settings) == std::chrono::seconds(45));
    CHECK((probes::ShareOf(targets, 0, 2) == std::vector<Target>{targets[0], targets[3], train}));
  }

  TEST_CASE(
      "a call to each dialer that has one, beside its names, at an interval of its own, once for who looks once") {
    config::Settings settings = TwoDialers();
    const auto call_to = [](const char* dialer) {
      return config::Call{.dialer = dialer, .target = {}, .extension = "9196", .interval = std::chrono::seconds(15)};
    };
    settings.calls = {call_to("d1.example.com"), call_to("elsewhere")};
    const auto targets = probes::TargetsOf(settings);
    const Target call = probes::CallTarget{"d1.example.com", "d1.example.com"};
    REQUIRE(targets.size() == 5);
    CHECK((targets.back() == call));
    CHECK(probes::FollowsNames(call));
    CHECK(probes::IsLookedAtOnce(call));
    CHECK(probes::TurnOf(call, settings) == std::chrono::seconds(15));
    CHECK((probes::ShareOf(targets, 1, 2) == std::vector<Target>{targets[1], targets[2], call}));
  }

  TEST_CASE("a dialer with a port of its RTP range has a target, whether it has a reflector or not") {
    config::Settings settings = TwoDialers();
    settings.dialers[0].reflector_port = 9000;
    for (config::Dialer& dialer : settings.dialers) dialer.rtp_port = 10000;
    const auto targets = probes::TargetsOf(settings);
    const Target port = probes::PortTarget{"d2.example.com", "d2.example.com"};
    REQUIRE(targets.size() == 7);
    CHECK((targets.back() == port));
    CHECK(probes::FollowsNames(port));
    CHECK(probes::TurnOf(port, settings) == std::chrono::seconds(60));
    CHECK((probes::ShareOf(targets, 0, 2) == std::vector<Target>{targets[0], targets[3], targets[6]}));
  }

  TEST_CASE("more workers than targets leave some without work") {
    CHECK(probes::ShareOf(probes::TargetsOf(TwoDialers()), 9, 10).empty());
  }

  TEST_CASE("a target for each ICE config, and one for our own resolvers where some are named as allowed") {
    config::Settings settings;
    settings.ice_configs = {{config::IceConfig::Kind::kFile, "a"}, {config::IceConfig::Kind::kUrl, "http://b/"}};
    CHECK(probes::TargetsOf(settings).size() == 2);
    settings.policy.allowed_resolvers = {*base::IpAddress::Parse("9.9.9.9")};
    const auto targets = probes::TargetsOf(settings);
    REQUIRE(targets.size() == 3);
    CHECK((targets[1] == probes::Target(probes::IceConfigTarget{settings.ice_configs[1]})));
    CHECK((targets[2] == probes::Target(probes::ResolvConfTarget{})));
  }

  TEST_CASE(
      "policy is read every twentieth interval, every ten minutes at most, and never more than once an interval") {
    using namespace std::chrono_literals;
    const auto turn = [](base::Duration interval) {
      config::Settings settings;
      settings.probing.interval = interval;
      return probes::TurnOf(probes::ResolvConfTarget{}, settings);
    };
    CHECK(turn(1s) == 20s);
    CHECK(turn(30s) == 10min);
    CHECK(turn(2min) == 10min);
    CHECK(turn(1h) == 1h);
    CHECK(probes::TurnOf(probes::StunTarget{}, config::Settings()) == 30s);
  }
}
