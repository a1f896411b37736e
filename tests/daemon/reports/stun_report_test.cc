#include "daemon/reports/stun_report.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/diagnosis/stun/stun_world.h"

using namespace dialwatch;
using namespace dialwatch::diagnosis;

namespace {

Snapshot SnapshotOf(const World& world) {
  Snapshot snapshot;
  snapshot.at = world.now;
  snapshot.settings = std::make_shared<Settings>(world.settings);
  snapshot.stun = JudgeStun(world.picture, world.settings, JudgeMappings(world.picture, world.settings));
  snapshot.findings = world.Findings();
  return snapshot;
}

World Healthy() {
  World world = WithStun({"telnyx", "twilio"});
  world.Round(At(Maps("telnyx", 1, "203.0.113.10"), "192.0.2.200", {"google", "quad9"}),
              Maps("twilio", 1, "203.0.113.10"));
  return world;
}

std::string Render(const World& world, const std::string& server, std::size_t width = 0) {
  return daemon::RenderStun(daemon::AboutStun(SnapshotOf(world), server), server, {false, width});
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("daemon/reports/stun_report") {
  TEST_CASE("a server that agrees with the others is a row an address and one sentence") {
    CHECK(Render(Healthy(), "telnyx") ==
          "telnyx stun:stun.telnyx.com, and the other servers for comparison\n"
          "  STUN SERVER                VERDICT  MAPPED              RTT      OVER  RESOLVED BY\n"
          "  telnyx (192.0.2.200:3478)  ok       203.0.113.10:40000  20.0 ms  udp   google quad9\n"
          "  twilio (192.0.2.201:3478)  ok       203.0.113.10:40000  20.0 ms  udp\n"
          "\n"
          "telnyx sees us at 203.0.113.10, and so does twilio.\n");
  }

  TEST_CASE("the cause speaks where something is wrong, and what others do wrong is not told") {
    World world = Healthy();
    world.settings.vantage.expect_mapped = {*base::IpAddress::Parse("203.0.113.10")};
    auto lie = At(Maps("telnyx", 1, "198.51.100.99"), "192.0.2.66", {"cloudflare"});
    world.Add(lie);
    const std::string text = Render(world, "telnyx");
    CAPTURE(text);
    CHECK(Contains(text, "telnyx (192.0.2.66:3478)   wrong    198.51.100.99:40000  20.0 ms  udp   cloudflare\n"));
    CHECK(
        Contains(text,
                 "\nCRITICAL stun-address-split: resolver cloudflare resolves stun.telnyx.com (STUN server telnyx) to "
                 "192.0.2.66"));
    CHECK(Contains(text, "\n  first: flush "));
    CHECK_FALSE(Contains(Render(world, "twilio"), "CRITICAL"));
  }

  TEST_CASE("a narrow terminal holds it, and what the NAT is like") {
    World world = Healthy();
    world.Add(Measures("telnyx", probes::NatBehaviour::kEndpointIndependent));
    const std::string text = Render(world, "telnyx", 60);
    CHECK(Contains(text, "  NAT, says telnyx (192.0.2.200:3478): mapping\n    endpoint-independent, filtering"));
  }

  TEST_CASE("one look at a silent server is no outage, and one server alone proves nothing") {
    World world = Healthy();
    world.Add(At(StunFails("telnyx", 1), "192.0.2.210", {"google"}));
    CHECK(Contains(Render(world, "telnyx"), "telnyx answers at 1 of 2 addresses (timeout).\n  first: ask again"));
    World alone = WithStun({"telnyx"});
    alone.Round(Maps("telnyx", 1, "203.0.113.10"));
    CHECK(Contains(Render(alone, "telnyx"), "telnyx sees us at 203.0.113.10; there is nothing to hold that against."));
    alone.settings.vantage.expect_mapped = {*base::IpAddress::Parse("203.0.113.10")};
    CHECK(Contains(Render(alone, "telnyx"), "telnyx sees us at 203.0.113.10, as expected."));
    World gone = WithStun({"telnyx", "twilio"});
    gone.Round(StunFails("telnyx", 1), Maps("twilio", 1, "203.0.113.10"));
    CHECK(Contains(Render(gone, "telnyx"), "telnyx tells no address (timeout), while others do.\n"));
    World blind = WithStun({"telnyx"});
    blind.Round(StunFails("telnyx", 1));
    CHECK(Contains(Render(blind, "telnyx"), "telnyx tells no address (timeout), nor does any other server.\n"));
  }

  TEST_CASE("what the NAT is like does not hide that the server is silent") {
    World world = WithStun({"telnyx", "a", "b"});
    auto other = Maps("b", 1, "203.0.113.10");
    other.mapped->port = 51234;
    world.Round(StunFails("telnyx", 1), Maps("a", 1, "203.0.113.10"), other);
    REQUIRE(world.Ids() == Ids{"stun-nat-symmetric"});
    const std::string text = Render(world, "telnyx");
    CHECK(Contains(text, "telnyx tells no address (timeout), while others do."));
    CHECK(Contains(text, "stun-nat-symmetric"));
  }

  TEST_CASE("only who sees the same address agrees: a connection over TCP may leave from another one") {
    World world = WithStun({"telnyx", "twilio"});
    auto tcp = Maps("telnyx", 1, "198.51.100.7");
    tcp.transport = config::Transport::kTcp;
    world.Round(tcp, Maps("twilio", 1, "203.0.113.10"));
    CHECK(Contains(Render(world, "telnyx"), "telnyx sees us at 198.51.100.7; there is nothing to hold that against."));
  }

  TEST_CASE("a server is found by name or URI; one that is not configured is asked beside those that are") {
    const Settings settings = WithStun({"telnyx"}).settings;
    CHECK(daemon::FindStun(settings, "telnyx")->server == "telnyx");
    CHECK(daemon::FindStun(settings, "stun:stun.telnyx.com")->server == "telnyx");
    const auto other = daemon::FindStun(settings, "stun:stun.example.com:3479");
    REQUIRE(other);
    CHECK(other->server == "stun.example.com");
    REQUIRE(other->settings->stun_servers.size() == 2);
    CHECK(other->settings->stun_servers[1].uri.port == 3479);
    CHECK(other->settings->dialers.empty());
    CHECK_FALSE(daemon::FindStun(settings, "d1.example.com"));
    CHECK_FALSE(daemon::FindStun(settings, "turn:turn.example.com"));
  }

  TEST_CASE("JSON says what the table says") {
    const base::Json json = daemon::StunJson(SnapshotOf(Healthy()), "twilio");
    CHECK(json["server"] == "twilio");
    CHECK(json["uri"] == "stun:stun.twilio.com");
    CHECK(json["stun"].size() == 2);
    CHECK(json["stun"][0]["server"] == "twilio");
    CHECK(json["conclusion"] == "twilio sees us at 203.0.113.10, and so does telnyx.");
  }

  TEST_CASE("nothing was seen where no server answers") {
    World world = WithStun({"telnyx"});
    world.Round(StunFails("telnyx", 1));
    CHECK_FALSE(daemon::AnyStunAnswers(SnapshotOf(world)));
    CHECK(daemon::AnyStunAnswers(SnapshotOf(Healthy())));
    World gone = WithStun({"telnyx", "twilio"});
    gone.Round(StunFails("telnyx", 1), Maps("twilio", 1, "203.0.113.10"));
    CHECK(daemon::AnyStunAnswers(SnapshotOf(gone)));
    CHECK_FALSE(daemon::AnyStunAnswers(SnapshotOf(gone), "telnyx"));
  }
}
