#include "diagnosis/rules/call_misdirected.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/media/call_world.h"

namespace dialwatch::diagnosis {
namespace {

EchoCallSample Right() {
  return Answers("d1", "198.51.100.11", {"cloudflare", "quad9"});
}

EchoCallSample Astray() {
  return Fails(SipOutcome::kUnreachable, "Connection refused", Answers("d1", "203.0.113.66", {"google"}, false));
}

}  // namespace

TEST_SUITE("diagnosis/rules/call_misdirected") {
  TEST_CASE("a resolver that sends callers to where no call is answered, while calls echo at the right address") {
    CallWorld world;
    world.Call({Right(), Astray()});
    CHECK(world.Ids().empty());
    world.Call({Right(), Astray()});
    REQUIRE(world.Ids() == Ids{"media-misdirected:d1:google"});
    const Finding finding = world.Findings()[0];
    CHECK(
        finding.summary ==
        "google sends callers of d1 to 203.0.113.66, where no call is answered, while calls echo at 198.51.100.11 (the "
        "authority, cloudflare and quad9)");
    REQUIRE(finding.evidence.size() == 2);
    CHECK(finding.evidence[0].vantage == "call 203.0.113.66:5060 (google)");
    CHECK(finding.advice[0].starts_with("flush the affected names"));
  }

  TEST_CASE("so too where it is answered, and nothing is heard") {
    CallWorld world;
    const EchoCallSample mute = Mute(Answers("d1", "203.0.113.66", {"google"}, false));
    for (int call = 0; call < 2; ++call) world.Call({Right(), mute});
    REQUIRE(world.Ids() == Ids{"media-misdirected:d1:google"});
    CHECK(world.Findings()[0].summary.find("where calls have no audio") != std::string::npos);
  }

  TEST_CASE("an address that asks for a password, which only the authority's get, is not known to be wrong") {
    CallWorld world;
    const EchoCallSample asks =
        Fails(SipOutcome::kUnauthorized, "401 Unauthorized", Answers("d1", "203.0.113.66", {"google"}, false), 401);
    for (int call = 0; call < 3; ++call) world.Call({Right(), asks});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("where calls echo nowhere nobody is blamed but the dialer") {
    CallWorld world;
    for (int call = 0; call < 2; ++call) world.Call({Mute(Right()), Astray()});
    CHECK(world.Ids() == Ids{"call-no-media:d1"});
  }

  TEST_CASE("an address that answers calls with our audio is right, whoever gives it") {
    CallWorld world;
    for (int call = 0; call < 2; ++call) world.Call({Right(), Answers("d1", "203.0.113.66", {"google"}, false)});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("what trains have told already gets a row of evidence more") {
    CallWorld world;
    world.settings.dialers[0].reflector_port = 9000;
    const TrainSample right = Echoes("d1", "198.51.100.11", {"cloudflare", "quad9"}, true);
    const TrainSample wrong = Silent(Echoes("d1", "203.0.113.66", {"google"}));
    for (int call = 0; call < 2; ++call) world.Call({Right(), Astray()}, {right, wrong});
    REQUIRE(world.Ids() == Ids{"media-misdirected:d1:google"});
    CHECK(world.Findings()[0].summary.find("where nothing echoes their audio") != std::string::npos);
    CHECK(world.Findings()[0].evidence.back().vantage == "call 203.0.113.66:5060 (google)");
  }
}

}  // namespace dialwatch::diagnosis
