#include "diagnosis/rules/dns_port_blocked.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/causes/findings.h"

namespace dialwatch::diagnosis {
namespace {

const auto kDot = ViaResolver("quad9-dot", "9.9.9.9:853");
const std::vector<std::string> kRight{"198.51.100.11"};

World WithDot() {
  World world;
  world.settings.resolvers.push_back({.name = "quad9-dot",
                                      .operator_name = "quad9",
                                      .addresses = {kDot.server},
                                      .transport = config::Transport::kTls});
  return world;
}

// Rounds in which nobody answers over port 53.
template <typename... Samples>
void Closed(World& world, int rounds, const Samples&... others) {
  for (int round = 0; round < rounds; ++round) {
    world.now += 30s;
    for (const auto& via : {kQuad9, kCloudflare, kGoogle, kAuthority}) world.Add(Silence(via, "d1"));
    (world.AddTwice(others), ...);
  }
}

DnsSample AsReference(DnsSample sample) {
  sample.purpose = probes::Purpose::kReference;
  return sample;
}

}  // namespace

TEST_SUITE("diagnosis/rules/dns_port_blocked") {
  TEST_CASE("resolvers and authority silent three times, while an encrypted resolver answers: it is the port") {
    World world = WithDot();
    Closed(world, 2, Gives(kDot, "d1", kRight));
    CHECK(world.Find("dns-port-blocked") == nullptr);
    Closed(world, 1, Gives(kDot, "d1", kRight));
    const Finding* finding = world.Find("dns-port-blocked");
    REQUIRE(finding != nullptr);
    CHECK(finding->severity == Severity::kCritical);
    CHECK(finding->since == kMonday + 30s);
    CHECK(finding->summary ==
          "plain DNS does not get out of our network: quad9, cloudflare and google and the servers of example.com are "
          "silent over it since 20:05:30 UTC, while quad9-dot answers over tls");
    CHECK(finding->evidence.size() == 5);
    CHECK(finding->affected == std::vector<std::string>{"d1"});
    CHECK(finding->advice[1] == "until then let clients here ask quad9-dot over tls");
  }

  TEST_CASE("nobody who is asked there is to blame: it is one incident") {
    World world = WithDot();
    Closed(world, 3, Gives(kDot, "d1", kRight));
    const auto causes = Correlate(world.Findings(), world.settings);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "dns-port-blocked");
    CHECK_FALSE(causes[0].symptoms.empty());
  }

  TEST_CASE("where STUN is all that flows, a name that is not ours tells the port from a zone whose servers are out") {
    World world;
    AddStun(world.settings, {"telnyx"});
    for (std::uint64_t round = 1; round <= 3; ++round) Closed(world, 1, Maps("telnyx", round, "203.0.113.10"));
    CHECK(world.Ids() == Ids{"dns-authority-down:example.com"});
    for (std::uint64_t round = 4; round <= 5; ++round) {
      Closed(world, 1, Maps("telnyx", round, "203.0.113.10"), AsReference(Silence(kGoogle, "dns")));
    }
    REQUIRE(world.Find("dns-port-blocked") != nullptr);
    CHECK(world.Find("dns-port-blocked")->summary.ends_with("while other traffic flows"));
  }

  TEST_CASE("an encrypted resolver of another operator may live on its copy: that alone proves nothing") {
    World world = WithDot();
    world.settings.resolvers.back().operator_name = "own";
    Closed(world, 3, Gives(kDot, "d1", kRight));
    CHECK(world.Find("dns-port-blocked") == nullptr);
  }

  TEST_CASE("one resolver alone is a voice of its own, and no port") {
    World world = WithDot();
    world.settings.resolvers = {world.settings.resolvers[0], world.settings.resolvers.back()};
    for (int round = 1; round <= 3; ++round) {
      world.now += 30s;
      world.Round(Silence(kQuad9, "d1"), Gives(kDot, "d1", kRight));
    }
    CHECK(world.Find("dns-port-blocked") == nullptr);
  }

  TEST_CASE("one answer over plain DNS, and the port is open") {
    World world = WithDot();
    SUBCASE("of a resolver, be it an error") {
      Closed(world, 3, Gives(kDot, "d1", kRight), Reply(kGoogle, "d1", probes::kRcodeServFail));
    }
    SUBCASE("of the authority") {
      Closed(world, 3, Gives(kDot, "d1", kRight), Gives(kAuthority, "d1", kRight));
    }
    SUBCASE("of a resolver for a name that is not ours") {
      Closed(world, 3, Gives(kDot, "d1", kRight), AsReference(Gives(kGoogle, "dns", {"8.8.8.8"})));
    }
    CHECK(world.Find("dns-port-blocked") == nullptr);
  }

  TEST_CASE("a resolver inside answers whatever is closed outside: it has no say where others are asked") {
    const auto lan = ViaResolver("lan", "192.168.1.1");
    World world = WithDot();
    world.settings.resolvers.push_back({.name = "lan", .operator_name = "lan", .addresses = {lan.server}});
    SUBCASE("with an error, which is of the port, too") {
      Closed(world, 3, Gives(kDot, "d1", kRight), Reply(lan, "d1", probes::kRcodeServFail));
      CHECK(Correlate(world.Findings(), world.settings).size() == 1);
    }
    SUBCASE("with what it still holds") {
      Closed(world, 3, Gives(kDot, "d1", kRight), Gives(lan, "d1", kRight));
    }
    const Finding* finding = world.Find("dns-port-blocked");
    REQUIRE(finding != nullptr);
    CHECK(finding->summary.starts_with("plain DNS does not get out of our network: quad9, cloudflare and google and"));
  }

  TEST_CASE("where all are inside, one that answers ends it") {
    World world = WithDot();
    for (std::size_t i = 0; i < 3; ++i) {
      world.settings.resolvers[i].addresses = {{*base::IpAddress::Parse("192.168.1.1"), 53}};
    }
    Closed(world, 3, Gives(kDot, "d1", kRight), Reply(kGoogle, "d1", probes::kRcodeServFail));
    CHECK(world.Find("dns-port-blocked") == nullptr);
  }

  TEST_CASE("where nothing else flows either, it is no matter of a port") {
    World world = WithDot();
    Closed(world, 3, Silence(kDot, "d1"));
    CHECK(world.Ids() == Ids{"vantage-blind"});
  }
}

}  // namespace dialwatch::diagnosis
