#include <doctest/doctest.h>

#include "tests/diagnosis/media/media_world.h"

namespace dialwatch::diagnosis {
namespace {

TrainSample To(const std::string& dialer) {
  return Echoes(dialer, "198.51.100.11", {"cloudflare", "google", "quad9"}, true);
}

template <typename Make>
std::vector<TrainSample> ToAll(int dialers, const Make& make) {
  std::vector<TrainSample> samples;
  for (int i = 1; i <= dialers; ++i) samples.push_back(make(To("d" + std::to_string(i))));
  return samples;
}

}  // namespace

TEST_SUITE("diagnosis/rules/rtp") {
  TEST_CASE("dialers that echo give no finding") {
    MediaWorld world(3);
    for (int turn = 0; turn < 3; ++turn) world.Turn({To("d1"), To("d2"), To("d3")});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("rtp-unreachable: three trains without an echo, in however many turns") {
    MediaWorld world;
    world.Turn({Silent(To("d1"))}, 2);
    CHECK(world.Ids().empty());
    world.Turn({Silent(To("d1"), RtpOutcome::kRefused)});
    REQUIRE(world.Ids() == Ids{"rtp-unreachable:d1"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.summary == "no audio comes back from d1 at 198.51.100.11 since 20:05:35 UTC (refused)");
    CHECK(finding.advice[0].find("nobody listens") != std::string::npos);
    world.Turn({To("d1")});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("rtp-unreachable: not where nothing else works, for then it may be our own network") {
    MediaWorld world;
    for (int turn = 0; turn < 3; ++turn) {
      TrainSample sample = Silent(To("d1"));
      sample.at = world.now += 60s;
      sample.round = static_cast<std::uint64_t>(turn);
      world.picture.Add(sample);
    }
    CHECK(world.Ids().empty());
  }

  TEST_CASE("rtp-unreachable: another dialer's echo is a sign that the network works, but not one from before") {
    MediaWorld world(2);
    const auto add = [&](TrainSample sample) {
      sample.at = world.now += 10s;
      world.picture.Add(std::move(sample));
    };
    add(To("d2"));
    for (int train = 0; train < 3; ++train) add(Silent(To("d1")));
    CHECK(world.Ids().empty());
    add(To("d2"));
    CHECK(world.Ids() == Ids{"rtp-unreachable:d1"});
  }

  TEST_CASE("rtp-unreachable: silence of all dialers is told once, as that of our own line") {
    MediaWorld world(4);
    for (int turn = 0; turn < 3; ++turn) world.Turn(ToAll(4, [](const TrainSample& sample) { return Silent(sample); }));
    REQUIRE(world.Ids() == Ids{"rtp-unreachable"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.summary ==
          "no audio comes back from any of the 4 dialers that have a reflector (blackhole, 0 of 50 came back)");
    CHECK(finding.affected.size() == 4);
    CHECK(finding.evidence.size() == 4);
  }

  TEST_CASE("rtp-unreachable: keys that cannot be read are one warning, whatever the number of dialers") {
    MediaWorld world(2);
    world.Turn(ToAll(2, [](TrainSample sample) {
      sample = Silent(sample, RtpOutcome::kNoKeys);
      sample.subject.address = {};
      sample.measures = {};
      sample.error = "/etc/keys: No such file or directory";
      return sample;
    }));
    REQUIRE(world.Ids() == Ids{"rtp-unreachable:keys"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.summary ==
          "whether audio flows is not tested, since the keys cannot be read: /etc/keys: No such file or directory");
    CHECK(finding.affected == std::vector<std::string>{"d1", "d2"});
  }

  TEST_CASE("rtp-one-way: which side hears nothing is said") {
    MediaWorld world(2);
    for (int turn = 0; turn < 3; ++turn) {
      world.Turn({OneWay(To("d1"), RtpOutcome::kOneWayDown), OneWay(To("d2"), RtpOutcome::kOneWayUp)});
    }
    REQUIRE(world.Ids() == Ids{"rtp-one-way:d1", "rtp-one-way:d2"});
    CHECK(world.Findings()[0].summary ==
          "audio flows one way only: d1 does not hear its callers at 198.51.100.11 since 20:05:35 UTC (96 % lost to "
          "the dialer, 0 % lost from it, jitter 0.3 ms, round trip 23.0 ms, MOS 1.0)");
    CHECK(world.Findings()[1].summary.starts_with("audio flows one way only: callers do not hear d2 at "));
  }

  TEST_CASE("rtp-one-way: three trains running at least so bad, though not each of one kind") {
    MediaWorld world;
    world.Turn({Silent(To("d1"))});
    world.Turn({OneWay(To("d1"), RtpOutcome::kOneWayUp)});
    CHECK(world.Ids().empty());
    world.Turn({OneWay(To("d1"), RtpOutcome::kOneWayDown)});
    CHECK(world.Ids() == Ids{"rtp-one-way:d1"});
  }

  TEST_CASE("rtp-one-way: three of four dialers are our own line") {
    MediaWorld world(4);
    for (int turn = 0; turn < 3; ++turn) {
      auto samples = ToAll(4, [](const TrainSample& sample) { return OneWay(sample, RtpOutcome::kOneWayDown); });
      samples[2] = To("d3");
      world.Turn(samples);
    }
    REQUIRE(world.Ids() == Ids{"rtp-one-way"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.affected == std::vector<std::string>{"d1", "d2", "d4"});
    CHECK(finding.summary.starts_with("audio flows one way only to 3 of the 4 dialers tested"));
    CHECK(finding.advice[0].starts_with("begin with this network's own firewall and NAT"));
  }

  TEST_CASE("rtp-degraded: three trains running, but those of one turn alone are a moment") {
    MediaWorld world(2);
    world.Turn({Degraded(To("d1")), To("d2")}, 3);
    CHECK(world.Ids().empty());
    world.Turn({Degraded(To("d1")), To("d2")});
    REQUIRE(world.Ids() == Ids{"rtp-degraded:d1"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.summary ==
          "audio of d1 at 198.51.100.11 is bad since 20:05:35 UTC (8 % lost to the dialer, 0 % lost from it, jitter "
          "34.0 ms, round trip 23.0 ms, MOS 3.2)");
  }

  TEST_CASE("rtp-degraded: where nobody knows on which way packets were lost, neither way is said to have lost none") {
    MediaWorld world(2);
    world.Turn({ClosedInTheMiddle(To("d1")), To("d2")}, 3);
    world.Turn({ClosedInTheMiddle(To("d1")), To("d2")});
    REQUIRE(world.Ids() == Ids{"rtp-degraded:d1"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.summary ==
          "audio of d1 at 198.51.100.11 is bad since 20:05:35 UTC (40 % lost there and back, jitter 0.3 ms, round trip "
          "23.0 ms, MOS 1.4)");
    CHECK(finding.evidence.at(0).note ==
          "degraded, echoed by d1, 40 % lost there and back, jitter 0.3 ms, round trip 23.0 ms, MOS 1.4");
  }

  TEST_CASE("rtp-degraded: three of four dialers are our own line") {
    MediaWorld world(4);
    for (int turn = 0; turn < 3; ++turn) {
      auto samples = ToAll(4, [](const TrainSample& sample) { return Degraded(sample); });
      samples[2] = To("d3");
      world.Turn(samples);
    }
    REQUIRE(world.Ids() == Ids{"rtp-degraded"});
    CHECK(world.Findings()[0].affected == std::vector<std::string>{"d1", "d2", "d4"});
    CHECK(world.Findings()[0].summary.starts_with("audio is bad to 3 of the 4 dialers tested ("));
  }

  TEST_CASE("the picture forgets a dialer without a reflector, and one that no train goes to any more") {
    MediaWorld world(2);
    world.Turn({To("d1"), To("d2")});
    world.settings.dialers[0].reflector_port = 0;
    world.picture.Retain(world.settings, world.now);
    CHECK_FALSE(world.picture.media().contains("d1"));
    CHECK(world.picture.media().contains("d2"));
    world.picture.Retain(world.settings, world.now + 4min);
    CHECK(world.picture.media().empty());
    world.Turn({To("d1"), To("d2")});
    world.settings.dialers.clear();
    world.picture.Retain(world.settings, world.now);
    CHECK(world.picture.media().empty());
  }
}

}  // namespace dialwatch::diagnosis
