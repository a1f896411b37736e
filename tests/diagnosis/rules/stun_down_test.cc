#include "diagnosis/rules/stun_down.h"

#include <doctest/doctest.h>

#include "diagnosis/causes/correlation.h"
#include "tests/diagnosis/stun/stun_world.h"

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/rules/stun_down") {
  TEST_CASE("stun-down: three rounds without an address, while another server answers") {
    World world = WithStun({"telnyx", "twilio"});
    for (std::uint64_t round = 1; round <= 2; ++round) {
      world.Round(StunFails("telnyx", round), Maps("twilio", round, "203.0.113.10"));
      world.now += 30s;
    }
    CHECK(world.Ids().empty());
    world.Round(StunFails("telnyx", 3), Maps("twilio", 3, "203.0.113.10"));
    REQUIRE(world.Ids() == Ids{"stun-down:telnyx"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.summary == "STUN server telnyx (stun.telnyx.com) gives no address since 20:05:00 UTC (timeout)");
    CHECK(finding.affected == std::vector<std::string>{"d1"});
    CHECK(finding.evidence.size() == 2);
    CHECK(Shown(finding.evidence[1]) == EvidenceRow{"stun twilio (192.0.2.201:3478)", "203.0.113.10:40000",
                                                    std::nullopt, std::nullopt, 20.0, "mapped"});
  }

  TEST_CASE("stun-down: DNS shows as well that the network works, but once is not enough") {
    World world = WithStun({"telnyx"});
    for (std::uint64_t round = 1; round <= 3; ++round) {
      world.now += 30s;
      auto error = StunFails("telnyx", round, probes::StunOutcome::kErrorResponse);
      error.error_code = 500;
      error.error = "Server Error";
      world.Add(error);
    }
    world.Add(Gives(kGoogle, "d1", {"198.51.100.11"}));
    CHECK(world.Ids().empty());
    world.now += 1s;
    world.Add(Gives(kGoogle, "d1", {"198.51.100.11"}));
    REQUIRE(world.Ids() == Ids{"stun-down:telnyx"});
    CHECK(world.Findings()[0].summary.ends_with("(error-response 500: Server Error)"));
  }

  TEST_CASE("a server with several addresses is down where all of them are, since the last of them fell silent") {
    World world = WithStun({"telnyx", "twilio"});
    const auto second = At(StunFails("telnyx", 0), "192.0.2.210");
    CHECK(IdsAfter(world, 3, Maps("telnyx", 0, "203.0.113.10"), second, Maps("twilio", 0, "203.0.113.10")) ==
          Ids{"stun-down:telnyx"});
    CHECK(world.Find("stun-down:telnyx")->severity == Severity::kInfo);
    CHECK(world.Find("stun-down:telnyx")->summary ==
          "STUN server telnyx does not answer at 192.0.2.210:3478, but does at 192.0.2.200:3478");
    IdsAfter(world, 3, StunFails("telnyx", 0), second, Maps("twilio", 0, "203.0.113.10"));
    const Finding* finding = world.Find("stun-down:telnyx");
    REQUIRE(finding != nullptr);
    CHECK(finding->severity == Severity::kWarning);
    CHECK(finding->since == kMonday + 120s);
    CHECK(finding->summary ==
          "STUN server telnyx (stun.telnyx.com) gives no address at any of its 2 since 20:07:00 UTC (timeout)");
    CHECK(finding->evidence.size() == 3);
  }

  TEST_CASE("a server whose name leads to another dead address each time is down all the same") {
    World world = WithStun({"telnyx", "twilio"});
    for (const char* address : {"192.0.2.61", "192.0.2.62", "192.0.2.63"}) {
      CHECK(world.Ids().empty());
      IdsAfter(world, 1, At(StunFails("telnyx", 0), address, {"google"}), Maps("twilio", 0, "203.0.113.10"));
      world.picture.Retain(world.settings, world.now);
    }
    REQUIRE(world.Ids() == Ids{"stun-down:telnyx"});
    CHECK(world.Findings()[0].severity == Severity::kWarning);
    CHECK(world.Findings()[0].since == kMonday + 30s);
  }

  TEST_CASE("a round is lost where nobody answered in it, and one good address is enough, in whatever order") {
    World world = WithStun({"telnyx", "twilio"});
    const auto dead = At(StunFails("telnyx", 0), "192.0.2.61");
    for (int i = 0; i < 4; ++i) {
      IdsAfter(world, 1, dead, Maps("telnyx", 0, "203.0.113.10"), Maps("twilio", 0, "203.0.113.10"));
      IdsAfter(world, 1, Maps("telnyx", 0, "203.0.113.10"), dead, Maps("twilio", 0, "203.0.113.10"));
    }
    CHECK(world.Findings()[0].severity == Severity::kInfo);
    CHECK(world.picture.stun().at("telnyx").rounds.failures == 0);
  }

  TEST_CASE("of many other servers a few are shown, whatever the finding") {
    std::vector<std::string> names{"telnyx"};
    for (int i = 0; i < 40; ++i) names.push_back("s" + std::to_string(i));
    const auto add = [&](World& world, const StunSample& telnyx) {
      world.Add(telnyx);
      for (int i = 0; i < 40; ++i) {
        const std::string address = "192.0.2." + std::to_string(i + 1);
        world.Add(At(Maps(names[static_cast<std::size_t>(i) + 1], telnyx.round, "203.0.113.10"), address));
      }
      world.now += 30s;
    };
    World down = WithStun(names), wrong = WithStun(names), unexpected = WithStun(names, {"203.0.113.10"});
    for (std::uint64_t round = 1; round <= 3; ++round) {
      add(down, StunFails("telnyx", round));
      add(wrong, Maps("telnyx", round, "198.51.100.99"));
      add(unexpected, Maps("telnyx", round, "198.51.100.99"));
    }
    for (World* world : {&down, &wrong, &unexpected}) {
      REQUIRE_FALSE(world->Findings().empty());
      for (const Finding& finding : world->Findings()) CHECK(finding.evidence.size() == 11);
    }
  }

  TEST_CASE("what to look at depends on how it fails") {
    World world = WithStun({"telnyx", "twilio"});
    const auto advice = [&](probes::StunOutcome outcome, const char* error) {
      auto sample = StunFails("telnyx", 0, outcome);
      sample.error = error;
      IdsAfter(world, 3, sample, Maps("twilio", 0, "203.0.113.10"));
      return world.Find("stun-down:telnyx")->advice.back();
    };
    CHECK(advice(probes::StunOutcome::kTlsFailed, "certificate has expired").starts_with("have the certificate of"));
    CHECK(advice(probes::StunOutcome::kTlsFailed, "closed during the TLS handshake") ==
          "see whether stun.telnyx.com speaks TLS on port 3478, and what on the path there may not let it through");
    CHECK(advice(probes::StunOutcome::kTimeout, "").ends_with("whether UDP to it is open here"));
  }

  TEST_CASE("a server that is moved to another name starts anew") {
    World world = WithStun({"telnyx", "twilio"});
    IdsAfter(world, 3, StunFails("telnyx", 0), Maps("twilio", 0, "203.0.113.10"));
    auto moved = StunFails("telnyx", 0);
    moved.host = world.settings.stun_servers[0].uri.host = "stun2.telnyx.com";
    CHECK(IdsAfter(world, 1, moved, Maps("twilio", 0, "203.0.113.10")).empty());
  }

  TEST_CASE("a machine without IPv6 does not blame the servers' IPv6 addresses") {
    World world = WithStun({"telnyx"});
    auto v6 = StunFails("telnyx", 0, probes::StunOutcome::kUnreachable);
    v6.address = *base::Endpoint::Parse("2001:db8::80", 3478);
    CHECK(IdsAfter(world, 4, Maps("telnyx", 0, "203.0.113.10"), v6).empty());
    CHECK(world.picture.stun().at("telnyx").addresses.size() == 2);
  }

  TEST_CASE("a name without an address is a server that is down, and comes back with its address") {
    World world = WithStun({"telnyx", "twilio"});
    auto unresolved = StunFails("telnyx", 0, probes::StunOutcome::kUnresolved);
    unresolved.address = {};
    CHECK(IdsAfter(world, 3, unresolved, Maps("twilio", 0, "203.0.113.10")) == Ids{"stun-down:telnyx"});
    CHECK(world.Find("stun-down:telnyx")->evidence[0].vantage == "stun telnyx");
    CHECK(world.Find("stun-down:telnyx")->advice.back() ==
          "look at the DNS of stun.telnyx.com: no resolver gives an address for it");
    CHECK(IdsAfter(world, 1, Maps("telnyx", 0, "203.0.113.10"), Maps("twilio", 0, "203.0.113.10")).empty());
  }

  TEST_CASE("a name that no resolver can look up follows from the resolvers that are down, and from no denial") {
    World world = WithStun({"telnyx", "twilio"});
    auto unresolved = StunFails("telnyx", 0, probes::StunOutcome::kUnresolved);
    unresolved.address = {};
    const auto about_server = [](DnsSample sample) {
      sample.host = "stun.telnyx.com";
      return sample;
    };
    for (int round = 0; round < 3; ++round) {
      for (const auto& via : {kQuad9, kCloudflare, kGoogle}) {
        world.Add(Silence(via, "d1"));
        world.Add(about_server(Silence(via, "d1")));
      }
      IdsAfter(world, 1, unresolved, Maps("twilio", 0, "203.0.113.10"));
      world.picture.Retain(world.settings, world.now);
    }
    const auto keys = [&] {
      std::vector<std::string> all;
      for (const Cause& cause : Correlate(world.Findings(), world.settings)) all.push_back(cause.key);
      return all;
    };
    CHECK(world.Find("stun-down:telnyx") != nullptr);
    CHECK(keys() == Ids{"dns-resolver-down:cloudflare", "dns-resolver-down:google", "dns-resolver-down:quad9"});
    world.Add(about_server(Denies(kGoogle, "d1")));
    world.picture.Retain(world.settings, world.now);
    CHECK(keys().back() == "stun-down:telnyx");
  }
}

}  // namespace dialwatch::diagnosis
