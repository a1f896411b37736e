#include "daemon/reports/turn_report.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/diagnosis/builders.h"

using namespace dialwatch;
using namespace dialwatch::diagnosis;
using base::Endpoint;
using probes::TurnOutcome;
using probes::TurnStep;

namespace {

probes::TurnSample Relays() {
  probes::TurnSample sample;
  sample.server = "relay";
  sample.uri = "turn:turn.telnyx.com";
  sample.resolved_via = {"google", "quad9"};
  sample.address = *Endpoint::Parse("192.0.2.210", 3478);
  sample.outcome = TurnOutcome::kRelayed;
  sample.step = TurnStep::kRelease;
  sample.relayed = *Endpoint::Parse("8.8.4.4:50011", 0);
  sample.mapped = *Endpoint::Parse("203.0.113.10:40000", 0);
  sample.rtt = 20ms;
  sample.out = sample.back = {20, 20};
  for (const TurnStep step : {TurnStep::kConnect, TurnStep::kAllocate, TurnStep::kPermit, TurnStep::kData,
                              TurnStep::kBind, TurnStep::kChannelData, TurnStep::kRefresh, TurnStep::kRelease}) {
    sample.steps.push_back({step, 20ms});
  }
  return sample;
}

probes::TurnSample FailsAt(TurnStep step, TurnOutcome outcome, const std::string& error) {
  probes::TurnSample sample = Relays();
  sample.outcome = outcome;
  sample.error = error;
  sample.step = step;
  while (!sample.steps.empty() && sample.steps.back().step != step) sample.steps.pop_back();
  if (step <= TurnStep::kAllocate) {
    sample.relayed.reset();
    sample.mapped.reset();
    sample.out = sample.back = {};
  }
  return sample;
}

World Relaying() {
  World world;
  config::Turn& server = world.settings.turn_servers.emplace_back();
  server.name = "relay";
  server.uri = *config::ParseIceUri("turn:turn.telnyx.com");
  return world;
}

Snapshot SnapshotOf(probes::TurnSample sample, int turns = 1) {
  World world = Relaying();
  for (int turn = 0; turn < turns; ++turn) {
    world.now += 30s;
    sample.at = world.now;
    world.picture.Add(probes::TurnSample(sample));
  }
  Snapshot snapshot;
  snapshot.at = world.now;
  snapshot.settings = std::make_shared<Settings>(world.settings);
  snapshot.findings = world.Findings();
  snapshot.picture = world.picture;
  return snapshot;
}

std::string Render(const Snapshot& snapshot, std::size_t width = 0) {
  return daemon::RenderTurn(daemon::AboutTurn(snapshot, "relay"), "relay", {false, width});
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("daemon/reports/turn_report") {
  TEST_CASE("a relay that works is a row a step, what callers get from it, and one sentence") {
    CHECK(Render(SnapshotOf(Relays())) ==
          "relay turn:turn.telnyx.com\n"
          "  STEP          RESULT  TOOK     NOTE\n"
          "  allocate      ok      20.0 ms\n"
          "  permission    ok      20.0 ms\n"
          "  data          ok      20.0 ms  ten packets each way, paced like a call\n"
          "  channel       ok      20.0 ms\n"
          "  channel data  ok      20.0 ms  ten packets each way, paced like a call\n"
          "  refresh       ok      20.0 ms\n"
          "  release       ok      20.0 ms\n"
          "\n"
          "  asked at       192.0.2.210:3478, resolved by google and quad9\n"
          "  round trip     20.0 ms\n"
          "  callers get    8.8.4.4:50011\n"
          "  it sees us at  203.0.113.10:40000\n"
          "  packets        20 of 20 came out at our second socket, 20 of 20 came back from it\n"
          "\n"
          "relay relays: packets went through it both ways.\n");
  }

  TEST_CASE("the step that failed is the last row, with the reason and the first thing to do") {
    auto sample = FailsAt(TurnStep::kAllocate, TurnOutcome::kUnauthorized, "Unauthorized");
    sample.error_code = 401;
    const std::string text = Render(SnapshotOf(sample));
    CAPTURE(text);
    CHECK(Contains(text, "  allocate  FAILED  20.0 ms  error 401: Unauthorized\n"));
    CHECK_FALSE(Contains(text, "permission"));
    CHECK(Contains(text, "\nrelay does not relay: allocate fails (error 401: Unauthorized). With --count 3"));
    CHECK(Contains(text, "\n  first: hold username and password"));
  }

  TEST_CASE("what lasts has its finding, and no line is wider than the terminal") {
    auto sample = FailsAt(TurnStep::kData, TurnOutcome::kNoData, "nothing came through the relay in either direction");
    sample.out = sample.back = {10, 0};
    const std::string text = Render(SnapshotOf(sample, 2), 80);
    CAPTURE(text);
    CHECK(Contains(text, "CRITICAL turn-relay-broken: "));
    CHECK(Contains(text, "0 of 10 came out"));
    for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
      CHECK(end - at <= 80);
    }
  }

  TEST_CASE("a relay that was not even found has one row") {
    auto sample =
        FailsAt(TurnStep::kResolve, TurnOutcome::kUnresolved, "no resolver has an address for turn.telnyx.com");
    sample.steps.clear();
    sample.rtt.reset();
    const Snapshot snapshot = SnapshotOf(sample);
    CHECK(Contains(Render(snapshot), "  find address  FAILED  unresolved: no resolver has an address"));
    CHECK_FALSE(daemon::TurnReplied(snapshot, "relay"));
  }

  TEST_CASE("whether the address that callers get is right, and when the certificate ends, are told") {
    auto sample = Relays();
    sample.uri = "turns:turn.telnyx.com";
    Snapshot snapshot = SnapshotOf(sample);
    const auto told = [&](const std::vector<base::IpAddress>& expected) {
      auto settings = std::make_shared<Settings>(*snapshot.settings);
      settings->turn_servers[0].expect_relayed = expected;
      snapshot.settings = settings;
      return Render(snapshot);
    };
    CHECK(Contains(told({*base::IpAddress::Parse("8.8.4.4")}), "8.8.4.4:50011, as expected\n"));
    CHECK(Contains(told({*base::IpAddress::Parse("8.8.8.8")}), "8.8.4.4:50011, not in expect_relayed\n"));
    sample.relayed = *Endpoint::Parse("10.0.0.4:50011", 0);
    sample.certificate_expires = snapshot.at + std::chrono::days(40);
    const std::string text = Render(SnapshotOf(sample));
    CHECK(Contains(text, "10.0.0.4:50011, which only its own network can reach\n"));
    CHECK(Contains(text, "  connect       ok"));
    CHECK(Contains(text, " (40 days)\n"));
  }

  TEST_CASE("a relay is found by its name, its URI, and its URI with what goes without saying") {
    World world = Relaying();
    for (const char* target : {"relay", "turn:turn.telnyx.com", "turn:turn.telnyx.com:3478?transport=udp"}) {
      CAPTURE(target);
      const auto subject = daemon::FindTurn(world.settings, target);
      REQUIRE(subject);
      CHECK(subject->server == "relay");
      CHECK(subject->settings->dialers.empty());
    }
    for (const char* target : {"stun:turn.telnyx.com", "turns:turn.telnyx.com", "turn:turn.telnyx.com?transport=tcp"}) {
      CHECK_FALSE(daemon::FindTurn(world.settings, target));
    }
  }

  TEST_CASE("the JSON has the steps with their times") {
    const base::Json json = daemon::TurnJson(SnapshotOf(Relays()), "relay");
    CHECK(json["uri"] == "turn:turn.telnyx.com");
    CHECK(json["turn"]["steps"].size() == 8);
    CHECK(json["turn"]["steps"][1] == base::Json{{"step", "allocate"}, {"took_ms", 20.0}});
    CHECK(json["turn"]["relayed"] == "8.8.4.4:50011");
  }
}
