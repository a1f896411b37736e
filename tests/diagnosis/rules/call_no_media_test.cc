#include "diagnosis/rules/call_no_media.h"

#include <doctest/doctest.h>

#include "diagnosis/causes/headline.h"
#include "tests/diagnosis/media/call_world.h"

namespace dialwatch::diagnosis {
namespace {

constexpr const char* kPrivate = "10.0.0.5 is no public address, but the dialer was called at 198.51.100.11";

}  // namespace

TEST_SUITE("diagnosis/rules/call_no_media") {
  TEST_CASE("two calls running without our audio; the odd address in the answer is said first") {
    CallWorld world;
    world.Call({Mute(Answers("d1"), kPrivate)});
    CHECK(world.Ids().empty());
    world.Call({Mute(Answers("d1"), kPrivate)});
    REQUIRE(world.Ids() == Ids{"call-no-media:d1"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.summary ==
          "d1 answers calls at 198.51.100.11, but no audio comes back since 20:06:00 UTC (10.0.0.5 is no public "
          "address, but the dialer was called at 198.51.100.11)");
    CHECK(finding.evidence[0].note ==
          "completed; 10.0.0.5 is no public address, but the dialer was called at 198.51.100.11; audio blackhole, 0 of "
          "100 came back");
    CHECK(finding.advice[0].find("external_media_address") != std::string::npos);
    world.Call({Answers("d1")});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("else what the answer or the kernel says, else how many packets came back") {
    const auto reason = [](EchoCallSample sample) {
      CallWorld world;
      for (int call = 0; call < 2; ++call) world.Call({sample});
      const std::string summary = world.Findings().at(0).summary;
      return summary.substr(summary.find('('));
    };
    EchoCallSample sample = Mute(Answers("d1"));
    CHECK(reason(sample) == "(0 of 100 packets)");
    sample.talk->error = "Connection refused";
    CHECK(reason(sample) == "(Connection refused)");
    sample.call.result.answer->why = "the stream is sendonly";
    CHECK(reason(sample) == "(the stream is sendonly)");
  }

  TEST_CASE("where its reflector echoes, it is the RTP ports that are closed") {
    CallWorld world;
    world.settings.dialers[0].reflector_port = 9000;
    for (int call = 0; call < 2; ++call) {
      world.Call({Mute(Answers("d1"))}, {Echoes("d1", "198.51.100.11", {"google"}, true)});
    }
    CHECK(world.Findings().at(0).advice.at(0) ==
          "see whether a firewall lets the dialer's RTP ports through, both ways (Asterisk: rtpstart to rtpend in "
          "rtp.conf): its reflector's port is open, and it echoes");
  }

  TEST_CASE("a call that fails is told as such, and counts as one without audio too") {
    CallWorld world;
    world.Call({Mute(Answers("d1"))});
    world.Call({Silence("d1")});
    CHECK(world.Ids().empty());
    world.Call({Mute(Answers("d1"))});
    CHECK(world.Ids() == Ids{"call-no-media:d1"});
    for (int call = 0; call < 2; ++call) world.Call({Silence("d1")});
    CHECK(world.Ids() == Ids{"call-signalling:d1"});
  }

  TEST_CASE("silence of trains and of calls is one incident") {
    CallWorld world;
    world.settings.dialers[0].reflector_port = 9000;
    for (int call = 0; call < 3; ++call) {
      world.Call({Mute(Answers("d1"))}, {Silent(Echoes("d1", "198.51.100.11", {"google"}, true))});
    }
    const auto causes = Correlate(world.Findings(), world.settings);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "rtp-unreachable:d1");
    CHECK(causes[0].symptoms.size() == 1);
  }

  TEST_CASE("a reflector that is silent alone is a warning: calls say that the dialer is heard") {
    CallWorld world;
    world.settings.dialers[0].reflector_port = 9000;
    for (int call = 0; call < 3; ++call) {
      world.Call({Answers("d1")}, {Silent(Echoes("d1", "198.51.100.11", {"google"}, true))});
    }
    REQUIRE(world.Ids() == Ids{"rtp-unreachable:d1"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.summary ==
          "no audio comes back from d1 at 198.51.100.11 since 20:05:35 UTC (blackhole); calls to it are answered and "
          "echo: only its reflector is silent");
    REQUIRE(finding.evidence.size() == 2);
    CHECK(finding.evidence[1].note ==
          "completed; audio ok, 0 % lost there and back, jitter 0.3 ms, round trip 23.0 ms, MOS 4.4");
  }

  TEST_CASE("but not where its trains are silent at an address that no call echoes at, nor where calls are refused") {
    CallWorld world;
    world.settings.dialers[0].reflector_port = 9000;
    const TrainSample train = Silent(Echoes("d1", "198.51.100.11", {"google"}, true));
    const TrainSample second = Silent(Echoes("d1", "198.51.100.12", {"google"}, true));
    for (int call = 0; call < 3; ++call) world.Call({Answers("d1")}, {train, second});
    CHECK(world.Findings().at(0).severity == Severity::kCritical);
    for (int call = 0; call < 3; ++call) world.Call({Refuses("d1", 503, "Service Unavailable")}, {train});
    CHECK(world.Findings().at(0).summary.ends_with("(blackhole)"));
  }

  TEST_CASE("three dialers of three are our own line") {
    CallWorld world(3);
    for (int call = 0; call < 2; ++call) {
      world.Call({Mute(Answers("d1")), Mute(Answers("d2")), Mute(Answers("d3"))});
    }
    REQUIRE(world.Ids() == Ids{"call-no-media"});
    CHECK(world.Findings()[0].summary == "3 of the 3 dialers that are called answer, but no audio comes back");
  }
}

}  // namespace dialwatch::diagnosis
