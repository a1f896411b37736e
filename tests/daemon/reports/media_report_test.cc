#include "daemon/reports/media_report.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "daemon/conclusion.h"
#include "tests/daemon/snapshot.h"
#include "tests/diagnosis/media/media_world.h"

using namespace dialwatch;
using namespace dialwatch::diagnosis;

namespace {

Snapshot SnapshotAfter(const std::vector<TrainSample>& samples, int turns = 1) {
  MediaWorld world;
  for (int turn = 0; turn < turns; ++turn) world.Turn(samples);
  return SnapshotOf(world);
}

TrainSample Right() {
  return Echoes("d1", "198.51.100.11", {"cloudflare", "quad9"}, true);
}

}  // namespace

TEST_SUITE("daemon/reports/media_report") {
  TEST_CASE("a row for each address, with how its train went and who gives it") {
    CHECK(
        daemon::RenderMedia(SnapshotAfter({Right(), Silent(Echoes("d1", "203.0.113.66", {"google"}))}), "d1", {}) ==
        "d1 trains of 50 packets, pcmu\n"
        "  MEDIA               ECHO       LOSS THERE  LOSS BACK  RTT      P95      JITTER  MOS  RESOLVED BY\n"
        "  198.51.100.11:9000  ok         0.0 %       0.0 %      23.0 ms  25.0 ms  0.3 ms  4.4  authority, cloudflare "
        "and quad9\n"
        "  203.0.113.66:9000   blackhole                                                        google\n\n");
  }

  TEST_CASE("a row for each relay, too; one that could not be had is no word on the dialer") {
    const auto through = [](const std::string& relay, TrainSample sample) {
      sample.subject.relay = relay;
      return sample;
    };
    TrainSample none = Silent(Right(), RtpOutcome::kNoRelay);
    none.measures = {};
    none.error = "quota 486 at allocate: full";
    const auto well = SnapshotAfter({Right(), through("telnyx", Right()), through("twilio", none)});
    const std::string text = daemon::RenderMedia(well, "d1", {});
    CHECK(text.find("  198.51.100.11:9000 by relay telnyx  ok ") != std::string::npos);
    CHECK(text.find("  198.51.100.11:9000 by relay twilio  no-relay ") != std::string::npos);
    CHECK(text.find("quota 486 at allocate: full") != std::string::npos);
    CHECK(daemon::Conclude(well).text ==
          "All 4 answers agree. Audio flows both ways at 198.51.100.11 and 198.51.100.11 by relay telnyx.");
    CHECK(daemon::MediaJson(well, "d1")[1]["relay"] == "telnyx");
    CHECK(daemon::Conclude(SnapshotAfter({Right(), through("telnyx", Silent(Right()))})).text ==
          "All 4 answers agree. Audio does not flow as it should at 198.51.100.11:9000 by relay telnyx: blackhole.");
  }

  TEST_CASE("where nobody knows on which way packets were lost, no way has a figure, and the note has that of both") {
    CHECK(daemon::RenderMedia(SnapshotAfter({ClosedInTheMiddle(Right())}), "d1", {}) ==
          "d1 trains of 50 packets, pcmu\n"
          "  MEDIA               ECHO      RTT      P95      JITTER  MOS  RESOLVED BY                      NOTE\n"
          "  198.51.100.11:9000  degraded  23.0 ms  25.0 ms  0.3 ms  1.4  authority, cloudflare and quad9  40.0 % lost "
          "there and back\n\n");
  }

  TEST_CASE("a dialer without a reflector has no row") {
    CHECK(daemon::RenderMedia(SnapshotAfter({}), "d1", {}).empty());
    CHECK(daemon::MediaJson(SnapshotAfter({}), "d1").empty());
  }

  TEST_CASE("another dialer's name and the kernel's error stand in the note") {
    TrainSample refused = Silent(Echoes("d1", "203.0.113.66", {"google"}), RtpOutcome::kRefused);
    refused.error = "Connection refused";
    const std::string text = daemon::RenderMedia(SnapshotAfter({By("d2", Right()), refused}), "d1", {});
    CHECK(text.find("echoed by d2\n") != std::string::npos);
    CHECK(text.find("Connection refused\n") != std::string::npos);
  }

  TEST_CASE("where nothing is found the sentence says of audio what is known") {
    CHECK(daemon::Conclude(SnapshotAfter({Right()})).text ==
          "All 4 answers agree. Audio flows both ways at 198.51.100.11.");
    const auto once = daemon::Conclude(SnapshotAfter({Silent(Right())}));
    CHECK(once.text == "All 4 answers agree. Audio does not flow as it should at 198.51.100.11:9000: blackhole.");
    CHECK(once.first.starts_with("ask again with --count 3"));
  }

  TEST_CASE("a train under way is a line; what was sent a moment ago is not lost yet") {
    TrainSample train = Right();
    train.measures.round.lost = 3;
    CHECK(daemon::TrainLine(train) == "d1 198.51.100.11  loss 0.0 %  RTT 23.0 ms, p95 25.0 ms  jitter 0.3 ms  MOS 4.4");
    train.measures.up->lost = 2;
    CHECK(daemon::TrainLine(train).find("loss 4.0 %") != std::string::npos);
    CHECK(daemon::TrainLine(Silent(Right())) == "d1 198.51.100.11  50 sent, nothing came back yet");
  }

  TEST_CASE("as JSON it is a list of trains") {
    const base::Json rows = daemon::MediaJson(SnapshotAfter({Right()}), "d1");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0]["address"] == "198.51.100.11:9000");
    CHECK(rows[0]["rtt_ms"]["p95"] == 25.0);
    CHECK(rows[0]["up"] == base::Json{{"sent", 50}, {"lost", 0}, {"late", 0}, {"jitter_ms", 0.3}});
  }
}
