#include "diagnosis/rules/call_audio.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/media/call_world.h"

namespace dialwatch::diagnosis {
namespace {

TrainSample Train() {
  return Echoes("d1", "198.51.100.11", {"google"}, true);
}

CallWorld WithReflector() {
  CallWorld world;
  world.settings.dialers[0].reflector_port = 9000;
  return world;
}

}  // namespace

TEST_SUITE("diagnosis/rules/call_audio") {
  TEST_CASE("a dialer that talks, but not with our audio, is heard one way only") {
    CallWorld world;
    world.Call({Deaf(Answers("d1"))});
    CHECK(world.Ids().empty());
    world.Call({Deaf(Answers("d1"))});
    REQUIRE(world.Ids() == Ids{"rtp-one-way:d1"});
    const Finding finding = world.Findings()[0];
    CHECK(
        finding.summary ==
        "audio of calls flows one way only: d1 talks, but not with our audio, at 198.51.100.11 since 20:06:00 UTC (98 "
        "packets of its own)");
    CHECK(finding.advice[0] == "see that 9196 sends audio back (Asterisk: Answer(), then Echo()) and plays nothing");
  }

  TEST_CASE("what trains have told already gets a row of evidence more") {
    CallWorld world = WithReflector();
    for (int call = 0; call < 3; ++call) {
      world.Call({Deaf(Answers("d1"))}, {OneWay(Train(), RtpOutcome::kOneWayDown)});
    }
    REQUIRE(world.Ids() == Ids{"rtp-one-way:d1"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.summary.starts_with("audio flows one way only: d1 does not hear its callers"));
    REQUIRE(finding.evidence.size() == 2);
    CHECK(finding.evidence[1].vantage == "call 198.51.100.11:5060 (authority, cloudflare, google and quad9)");
  }

  TEST_CASE("three calls running with bad audio, not two") {
    CallWorld world;
    for (int call = 0; call < 2; ++call) world.Call({Poor(Answers("d1"))});
    CHECK(world.Ids().empty());
    world.Call({Poor(Answers("d1"))});
    REQUIRE(world.Ids() == Ids{"rtp-degraded:d1"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.summary ==
          "audio of calls to d1 at 198.51.100.11 is bad since 20:06:00 UTC (8 % lost there and back, jitter 34.0 ms, "
          "round trip 23.0 ms, MOS 3.2)");
  }

  TEST_CASE("where trains to it are good, it is the dialer that is slow and not the way") {
    CallWorld world = WithReflector();
    for (int call = 0; call < 3; ++call) world.Call({Poor(Answers("d1"))}, {Train()});
    REQUIRE(world.Ids() == Ids{"rtp-degraded:d1"});
    CHECK(world.Findings()[0].summary.ends_with("MOS 3.2); that of trains to its reflector is not"));
    CHECK(world.Findings()[0].advice ==
          std::vector<std::string>{"look at the dialer's media server and its load: the way to its host is good"});
  }

  TEST_CASE("bad trains and bad calls are one finding") {
    CallWorld world = WithReflector();
    for (int call = 0; call < 3; ++call) world.Call({Poor(Answers("d1"))}, {Degraded(Train())});
    REQUIRE(world.Ids() == Ids{"rtp-degraded:d1"});
    CHECK(world.Findings()[0].evidence.size() == 2);
  }

  TEST_CASE("dialers that are tested by trains and by calls count together for our own line") {
    CallWorld world(3);
    world.settings.dialers[0].reflector_port = 9000;
    for (int call = 0; call < 3; ++call) {
      world.Call({Poor(Answers("d2")), Poor(Answers("d3"))}, {Degraded(Train())});
    }
    REQUIRE(world.Ids() == Ids{"rtp-degraded"});
    CHECK(world.Findings()[0].affected == std::vector<std::string>{"d1", "d2", "d3"});
  }
}

}  // namespace dialwatch::diagnosis
