#include "diagnosis/rules/vantage.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/media/call_world.h"

namespace dialwatch::diagnosis {
namespace {

// One round in which nothing answers.
void Darkness(World& world, std::uint64_t round) {
  world.now += 30s;
  for (const auto& via : {kQuad9, kCloudflare, kGoogle, kAuthority}) world.Add(Silence(via, "d1"));
  world.Add(StunFails("telnyx", round));
}

World WithStun() {
  World world;
  AddStun(world.settings, {"telnyx"});
  return world;
}

}  // namespace

TEST_SUITE("diagnosis/rules/vantage") {
  TEST_CASE("vantage-blind: nothing answers, twice; it is the only finding of the network and about nobody else") {
    World world = WithStun();
    Darkness(world, 1);
    CHECK(world.Ids().empty());
    for (std::uint64_t round = 2; round <= 5; ++round) {
      Darkness(world, round);
      REQUIRE(world.Ids() == Ids{"vantage-blind"});
    }
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.subject == Subject{});
    CHECK(finding.affected.empty());
    CHECK(finding.since == kMonday + 30s);
    CHECK(finding.evidence.size() == 5);
    CHECK(finding.summary ==
          "nothing of what we ask answers since 20:05:30 UTC: our own network is out, and of the dialers nothing is "
          "known");
  }

  TEST_CASE("an echo of a dialer is a sign of life, but not one from before") {
    World world = WithStun();
    world.settings.dialers[0].reflector_port = 9000;
    TrainSample echo = Echoes("d1", "198.51.100.11", {"google"});
    echo.at = world.now;
    world.picture.Add(echo);
    Darkness(world, 1);
    Darkness(world, 2);
    CHECK(world.Ids() == Ids{"vantage-blind"});
    echo.at = world.now;
    world.picture.Add(echo);
    CHECK(world.Ids() != Ids{"vantage-blind"});
  }

  TEST_CASE("so is a reply to the question for a name that is not ours: then our names have no servers") {
    World world = WithStun();
    Darkness(world, 1);
    Darkness(world, 2);
    DnsSample reference = Reply(kGoogle, "dns");
    reference.purpose = probes::Purpose::kReference;
    world.Add(reference);
    CHECK(world.Ids().empty());
    Darkness(world, 3);
    world.Add(reference);
    CHECK(world.Ids() == Ids{"dns-authority-down:example.com", "dns-failing:d1:google"});
    reference.outcome = probes::DnsOutcome::kTimeout;
    world.Add(reference);
    CHECK(world.Ids() == Ids{"vantage-blind"});
  }

  TEST_CASE("a resolver in our own network is no sign of life, as long as others are asked") {
    World world = WithStun();
    const auto own = ViaResolver("own", "192.168.0.1");
    world.settings.resolvers.push_back({.name = "own", .operator_name = "own", .addresses = {own.server}});
    for (std::uint64_t round = 1; round <= 3; ++round) {
      Darkness(world, round);
      world.Add(Reply(own, "d1", probes::kRcodeServFail));
    }
    CHECK(world.Ids() == Ids{"vantage-blind"});
    CHECK(world.Findings()[0].since == kMonday + 30s);
    CHECK(world.Findings()[0].evidence.size() == 5);
    World alone;
    alone.settings.resolvers = {world.settings.resolvers.back()};
    for (int round = 0; round < 3; ++round) {
      alone.now += 30s;
      alone.Round(Reply(own, "d1", probes::kRcodeServFail));
    }
    CHECK(alone.Ids() == Ids{"dns-failing:d1:own"});
  }

  TEST_CASE("so is an answer in SIP, be it a refusal") {
    World world = WithStun();
    Darkness(world, 1);
    Darkness(world, 2);
    EchoCallSample call = Silence("d1");
    call.call.at = world.now;
    world.picture.Add(call);
    CHECK(world.Ids() == Ids{"vantage-blind"});
    call = Refuses("d1", 503, "Service Unavailable");
    call.call.at = world.now;
    world.picture.Add(call);
    CHECK(world.Ids() != Ids{"vantage-blind"});
  }

  TEST_CASE("so is a host that refuses a port; silence of a port is no sign of anything") {
    World world = WithStun();
    world.settings.dialers[0].rtp_port = 10000;
    Darkness(world, 1);
    Darkness(world, 2);
    const auto add = [&](PortOutcome outcome) {
      PortSample port = Says("d1", "198.51.100.11", {"google"}, outcome);
      port.at = world.now;
      world.picture.Add(port);
    };
    add(PortOutcome::kSilent);
    CHECK(world.Ids() == Ids{"vantage-blind"});
    add(PortOutcome::kRefused);
    CHECK(world.Ids() != Ids{"vantage-blind"});
  }

  TEST_CASE("blindness hides what was known before") {
    World world = WithStun();
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}, 86400s));
    REQUIRE(world.Ids() == Ids{"ttl-policy:d1:example.com"});
    Darkness(world, 1);
    Darkness(world, 2);
    CHECK(world.Ids() == Ids{"vantage-blind"});
  }

  TEST_CASE("what this machine's own files say is known without a network") {
    World world = WithStun();
    world.settings.policy.allowed_stun = {"stun.telnyx.com"};
    world.settings.policy.allowed_resolvers = {*base::IpAddress::Parse("9.9.9.9")};
    using Kind = config::IceConfig::Kind;
    for (const auto& [kind, location] :
         {std::pair(Kind::kFile, "phones.sql"), std::pair(Kind::kFile, "none.sql"),
          std::pair(Kind::kUrl, "https://phone.example.com/"), std::pair(Kind::kUrl, "https://none.example.com/")}) {
      world.settings.ice_configs.push_back({kind, location});
      probes::IceConfigSample sample;
      sample.kind = kind;
      sample.location = location;
      sample.at = world.now;
      sample.error = "HTTP 404";
      if (sample.location.find("none") == std::string::npos) {
        sample.outcome = probes::IceConfigOutcome::kRead;
        sample.servers = {
            {location, {.text = "stun:a.example.com", .uri = *config::ParseIceUri("stun:a.example.com")}}};
      }
      world.picture.Add(sample);
    }
    probes::ResolvConfSample own;
    own.at = world.now;
    own.resolvers = {{*base::IpAddress::Parse("192.0.2.1"), "/etc/resolv.conf:1"}};
    world.picture.Add(own);
    CHECK(world.Ids().size() == 5);
    Darkness(world, 1);
    Darkness(world, 2);
    CHECK(world.Ids() == Ids{"ice-server-forbidden:a.example.com:phones.sql", "resolver-forbidden:192.0.2.1",
                             "policy-unreadable:none.sql", "vantage-blind"});
  }

  TEST_CASE("any sign of life, and we are not blind") {
    World world = WithStun();
    Darkness(world, 1);
    Darkness(world, 2);
    REQUIRE(world.Ids() == Ids{"vantage-blind"});
    SUBCASE("an error from a resolver") {
      world.Add(Reply(kGoogle, "d1", probes::kRcodeServFail));
    }
    SUBCASE("a relay that refuses us") {
      TurnSample sample;
      sample.server = "relay";
      sample.outcome = probes::TurnOutcome::kUnauthorized;
      sample.at = world.now;
      world.picture.Add(sample);
    }
    SUBCASE("an unreadable reply") {
      world.Add(Silence(kGoogle, "d1", probes::DnsOutcome::kMalformed));
    }
    SUBCASE("a refusal by the authority") {
      world.Add(Reply(kAuthority, "d1", probes::kRcodeRefused));
    }
    SUBCASE("an error from STUN") {
      world.Add(StunFails("telnyx", 3, probes::StunOutcome::kErrorResponse));
    }
    SUBCASE("a mapped address") {
      world.Add(Maps("telnyx", 3, "203.0.113.10"));
    }
    CHECK(world.Ids().empty());
  }

  TEST_CASE("as long as anybody has not been asked, nothing is concluded") {
    World world = WithStun();
    Darkness(world, 1);
    Darkness(world, 2);
    SUBCASE("a resolver") {
      world.settings.resolvers.push_back({.name = "own", .operator_name = "own", .addresses = {kQuad9.server}});
    }
    SUBCASE("a STUN server") {
      AddStun(world.settings, {"twilio"});
    }
    CHECK(world.Ids().empty());
  }

  TEST_CASE("without any sample nothing is concluded") {
    CHECK(WithStun().Ids().empty());
    CHECK(World{}.Ids().empty());
  }

  TEST_CASE("names that cannot be resolved leave STUN without an answer as well") {
    World world = WithStun();
    for (std::uint64_t round = 1; round <= 2; ++round) {
      world.now += 30s;
      for (const auto& via : {kQuad9, kCloudflare, kGoogle, kAuthority}) world.Add(Silence(via, "d1"));
      world.Add(StunFails("telnyx", round, probes::StunOutcome::kUnresolved));
    }
    CHECK(world.Ids() == Ids{"vantage-blind"});
  }
}

}  // namespace dialwatch::diagnosis
