#include "diagnosis/rules/turn.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

using base::Endpoint;
using probes::TurnOutcome;
using probes::TurnStep;

TurnSample Relays(const std::string& server) {
  TurnSample sample;
  sample.server = server;
  sample.uri = "turn:turn." + server + ".com";
  sample.address = *Endpoint::Parse("192.0.2.210", 3478);
  sample.outcome = TurnOutcome::kRelayed;
  sample.step = TurnStep::kRelease;
  sample.relayed = *Endpoint::Parse("198.51.100.20:50011", 0);
  sample.mapped = *Endpoint::Parse("203.0.113.10:40000", 0);
  sample.rtt = 20ms;
  sample.out = sample.back = {20, 20};
  return sample;
}

TurnSample Fails(const std::string& server, TurnOutcome outcome, TurnStep step = TurnStep::kAllocate) {
  TurnSample sample = Relays(server);
  sample.outcome = outcome;
  sample.step = step;
  sample.error = "no answer";
  if (step <= TurnStep::kAllocate) {
    sample.relayed.reset();
    sample.mapped.reset();
    sample.rtt.reset();
    sample.out = sample.back = {};
  }
  return sample;
}

TurnSample NoData(const std::string& server) {
  TurnSample sample = Fails(server, TurnOutcome::kNoData, TurnStep::kData);
  sample.error = "nothing came through the relay in either direction";
  sample.out = sample.back = {10, 0};
  return sample;
}

struct Relaying : World {
  explicit Relaying(const std::vector<std::string>& servers = {"telnyx", "twilio"}) {
    for (const std::string& server : servers) {
      settings.turn_servers.push_back({.name = server, .uri = {.relay = true, .host = "turn." + server + ".com"}});
    }
  }
  void Turn(std::vector<TurnSample> samples) {
    now += 30s;
    for (TurnSample& sample : samples) {
      sample.at = now;
      picture.Add(std::move(sample));
    }
  }
};

}  // namespace

TEST_SUITE("diagnosis/rules/turn") {
  TEST_CASE("relays through which data flows give no finding") {
    Relaying world;
    for (int turn = 0; turn < 3; ++turn) world.Turn({Relays("telnyx"), Relays("twilio")});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("turn-down: three turns without an address, while another relay works") {
    Relaying world;
    for (int turn = 0; turn < 2; ++turn) world.Turn({Fails("telnyx", TurnOutcome::kTimeout), Relays("twilio")});
    CHECK(world.Ids().empty());
    world.Turn({Fails("telnyx", TurnOutcome::kTimeout), Relays("twilio")});
    REQUIRE(world.Ids() == Ids{"turn-down:telnyx"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.summary ==
          "relay telnyx (turn:turn.telnyx.com) gives no relayed address since 20:05:30 UTC (timeout at allocate: no "
          "answer)");
    CHECK(finding.affected == std::vector<std::string>{"d1"});
    REQUIRE(finding.evidence.size() == 2);
    CHECK(finding.evidence[0].vantage == "turn telnyx (192.0.2.210:3478)");
    CHECK(finding.evidence[1].answer == "198.51.100.20:50011");
    CHECK(finding.evidence[1].note == "relayed; 20 of 20 packets went out, 20 of 20 came back");
  }

  TEST_CASE("turn-down: not where nothing else works, for then it may be our own network") {
    Relaying world;
    for (int turn = 0; turn < 4; ++turn) {
      world.Turn({Fails("telnyx", TurnOutcome::kTimeout), Fails("twilio", TurnOutcome::kTimeout)});
    }
    CHECK(world.Ids().empty());
  }

  TEST_CASE("turn-down: each cause has advice of its own") {
    struct Case {
      TurnOutcome outcome;
      const char* error;
      const char* advice;
    };
    for (const Case& each :
         {Case{TurnOutcome::kQuota, "full", "raise its quota"},
          Case{TurnOutcome::kTlsFailed, "certificate: hostname mismatch", "have the certificate of"},
          Case{TurnOutcome::kTlsFailed, "certificate has expired", "have the certificate of"},
          Case{TurnOutcome::kTlsFailed, "the server closed the connection during the TLS handshake",
               "see whether turn:turn.telnyx.com speaks TLS on port 3478"},
          Case{TurnOutcome::kUnresolved, "no resolver has an address", "look at the DNS of turn:turn.telnyx.com"},
          Case{TurnOutcome::kMalformed, "not signed", "see who answers at 192.0.2.210:3478"},
          Case{TurnOutcome::kErrorResponse, "no", "look up the error 500 in the log of"},
          Case{TurnOutcome::kTimeout, "no answer", "see whether turn:turn.telnyx.com runs"}}) {
      CAPTURE(each.error);
      Relaying world;
      TurnSample sample = Fails("telnyx", each.outcome);
      sample.error = each.error;
      if (each.outcome == TurnOutcome::kErrorResponse) sample.error_code = 500;
      for (int turn = 0; turn < 3; ++turn) world.Turn({sample, Relays("twilio")});
      REQUIRE(world.Ids() == Ids{"turn-down:telnyx"});
      CHECK(world.Findings()[0].advice[0].starts_with(each.advice));
    }
  }

  TEST_CASE("a relay that works where other resolvers lead is a warning about those who lead elsewhere") {
    TurnSample silent = Fails("telnyx", TurnOutcome::kTimeout);
    silent.address = *Endpoint::Parse("192.0.2.66", 3478);
    TurnSample refused = silent;
    refused.outcome = TurnOutcome::kUnauthorized;
    TurnSample broken = NoData("telnyx");
    broken.address = silent.address;
    for (TurnSample sample : {silent, refused, broken}) {
      sample.resolved_via = {"google"};
      sample.works_at = probes::TurnElsewhere{*Endpoint::Parse("192.0.2.210", 3478), {"cloudflare", "quad9"}};
      Relaying world({"telnyx"});
      for (int turn = 0; turn < 3; ++turn) world.Turn({sample});
      const auto findings = world.Findings();
      REQUIRE(findings.size() == 1);
      CHECK(findings[0].severity == Severity::kWarning);
      CAPTURE(findings[0].summary);
      CHECK(
          findings[0].summary.ends_with(" at 192.0.2.66:3478, to which google resolves it; it works at "
                                        "192.0.2.210:3478, to which cloudflare and quad9 resolve it"));
      CHECK(findings[0].advice[0] ==
            "see which address is right; have the copy at google flushed if it is that of 192.0.2.66:3478");
      CHECK(findings[0].evidence[0].note->ends_with(
          "resolved by google; works at 192.0.2.210:3478, resolved by cloudflare and quad9"));
    }
  }

  TEST_CASE("of many relays ten are shown beside the one that fails") {
    std::vector<std::string> names{"telnyx"};
    for (char c = 'a'; c <= 'z'; ++c) names.emplace_back(1, c);
    Relaying world(names);
    for (int turn = 0; turn < 3; ++turn) {
      std::vector<TurnSample> samples{Fails("telnyx", TurnOutcome::kTimeout)};
      for (std::size_t i = 1; i < names.size(); ++i) samples.push_back(Relays(names[i]));
      world.Turn(samples);
    }
    REQUIRE(world.Ids() == Ids{"turn-down:telnyx"});
    CHECK(world.Findings()[0].evidence.size() == 11);
  }

  TEST_CASE("turn-auth: credentials that are refused twice; once may be a change under way") {
    Relaying world;
    TurnSample refused = Fails("telnyx", TurnOutcome::kUnauthorized);
    refused.error_code = 401;
    refused.error = "Unauthorized";
    world.Turn({refused});
    CHECK(world.Ids().empty());
    world.Turn({refused});
    REQUIRE(world.Ids() == Ids{"turn-auth:telnyx"});
    CHECK(world.Findings()[0].summary == "relay telnyx refuses our credentials since 20:05:30 UTC (401 Unauthorized)");
  }

  TEST_CASE("turn-auth: failures of another kind before a refusal do not make it two") {
    Relaying world;
    for (int turn = 0; turn < 2; ++turn) world.Turn({Fails("telnyx", TurnOutcome::kTimeout), Relays("twilio")});
    TurnSample refused = Fails("telnyx", TurnOutcome::kUnauthorized);
    refused.error_code = 401;
    world.Turn({refused, Relays("twilio")});
    CHECK(world.Ids().empty());
    world.Turn({refused, Relays("twilio")});
    REQUIRE(world.Ids() == Ids{"turn-auth:telnyx"});
    CHECK(world.Findings()[0].since == world.now - 30s);
  }

  TEST_CASE("turn-auth: a file that cannot be read, at once") {
    Relaying world;
    TurnSample unread = Fails("telnyx", TurnOutcome::kBadCredentialFile, TurnStep::kCredentials);
    unread.error = "password_file /etc/x: No such file or directory; its first line is to be the password";
    world.Turn({unread});
    REQUIRE(world.Ids() == Ids{"turn-auth:telnyx"});
    CHECK(world.Findings()[0].summary ==
          "relay telnyx cannot be logged in to: password_file /etc/x: No such file or directory; its first line is to "
          "be the password");
    CHECK(world.Findings()[0].evidence[0].vantage == "turn telnyx");
  }

  TEST_CASE("turn-relay-broken: an address through which nothing flows, twice running") {
    Relaying world;
    world.Turn({NoData("telnyx")});
    CHECK(world.Ids().empty());
    world.Turn({NoData("telnyx")});
    REQUIRE(world.Ids() == Ids{"turn-relay-broken:telnyx"});
    CHECK(world.Findings()[0].summary ==
          "relay telnyx grants the address 198.51.100.20, but calls through it have no media (no-data: nothing "
          "came through the relay in either direction)");
  }

  TEST_CASE("turn-relay-broken: an error at a later step counts as well") {
    Relaying world;
    for (int turn = 0; turn < 2; ++turn) {
      world.Turn({Fails("telnyx", TurnOutcome::kErrorResponse, TurnStep::kPermit)});
    }
    CHECK(world.Ids() == Ids{"turn-relay-broken:telnyx"});
  }

  TEST_CASE("turn-relay-broken: a relayed address that is not expected, or that nobody outside can reach") {
    Relaying world;
    world.settings.turn_servers[0].expect_relayed = {*base::IpAddress::Parse("198.51.100.21")};
    TurnSample hidden = Relays("twilio");
    hidden.relayed = *Endpoint::Parse("10.0.0.7:50000", 0);
    world.Turn({Relays("telnyx"), hidden});
    REQUIRE(world.Ids() == Ids{"turn-relay-broken:telnyx", "turn-relay-broken:twilio"});
    CHECK(world.Findings()[0].summary ==
          "relay telnyx gives calls the address 198.51.100.20, where 198.51.100.21 is expected");
    CHECK(world.Findings()[1].summary ==
          "relay twilio gives calls the address 10.0.0.7, which nobody outside can reach");
  }

  TEST_CASE("a relay in a network of one's own may have an address of that network") {
    Relaying world;
    TurnSample inside = Relays("telnyx");
    inside.address = *Endpoint::Parse("10.0.0.7:3478", 0);
    inside.relayed = *Endpoint::Parse("10.0.0.7:50000", 0);
    world.Turn({inside});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("turn-cert-expiry: a certificate that ends within two weeks") {
    Relaying world;
    TurnSample sample = Relays("telnyx");
    sample.certificate_expires = world.now + 30s + 24h * 15;
    world.Turn({sample});
    CHECK(world.Ids().empty());
    sample.certificate_expires = world.now + 30s + 24h * 5;
    world.Turn({sample});
    REQUIRE(world.Ids() == Ids{"turn-cert-expiry:telnyx"});
    CHECK(world.Findings()[0].severity == Severity::kWarning);
    CHECK(world.Findings()[0].summary == "the certificate of relay telnyx ends in 5d, at 2020-09-05T20:06:00Z");
  }

  TEST_CASE("the picture forgets a relay that is no longer configured, and one that has gone silent") {
    Relaying world;
    world.Turn({Relays("telnyx"), Relays("twilio")});
    world.settings.turn_servers[1].uri.port = 3479;
    world.picture.Retain(world.settings, world.now);
    CHECK(world.picture.turn().contains("telnyx"));
    CHECK_FALSE(world.picture.turn().contains("twilio"));
    world.picture.Retain(world.settings, world.now + 3min);
    CHECK(world.picture.turn().empty());
  }
}

}  // namespace dialwatch::diagnosis
