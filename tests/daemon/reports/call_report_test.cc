#include "daemon/reports/call_report.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "daemon/conclusion.h"
#include "daemon/reports/report.h"
#include "tests/daemon/snapshot.h"
#include "tests/diagnosis/media/call_world.h"

using namespace dialwatch;
using namespace dialwatch::diagnosis;

namespace {

Snapshot SnapshotAfter(const std::vector<EchoCallSample>& samples, int rounds = 1) {
  CallWorld world;
  for (int i = 0; i < rounds; ++i) world.Call(samples);
  return SnapshotOf(world);
}

EchoCallSample Right() {
  return Answers("d1", "198.51.100.11", {"cloudflare", "quad9"});
}

EchoCallSample Astray() {
  return Fails(SipOutcome::kUnreachable, "Connection refused", Answers("d1", "203.0.113.66", {"google"}, false));
}

}  // namespace

TEST_SUITE("daemon/reports/call_report") {
  TEST_CASE("a row for each address, with how the call to it went") {
    CHECK(daemon::RenderCalls(SnapshotAfter({Right(), Astray()}), "d1", {}) ==
          "d1 calls to 9196 over udp, PCMU\n"
          "  CALL                SIGNALLING   ANSWERED  AUDIO  LOSS   RTT      JITTER  MOS  RESOLVED BY               "
          "       NOTE\n"
          "  198.51.100.11:5060  completed    120.0 ms  ok     0.0 %  23.0 ms  0.3 ms  4.4  authority, cloudflare and "
          "quad9\n"
          "  203.0.113.66:5060   unreachable                                                google                    "
          "       Connection refused\n\n");
  }

  TEST_CASE("no line is wider than a terminal of 80 columns") {
    daemon::Terminal terminal;
    terminal.width = 80;
    EchoCallSample odd = Mute(Right(), "10.0.0.5 is no public address, but the dialer was called at 198.51.100.11");
    odd.call.result.session_timer.reset();
    const auto snapshot = SnapshotAfter({odd, Astray()}, 2);
    std::string text = daemon::RenderCalls(snapshot, "d1", terminal);
    CHECK(text ==
          "d1 calls to 9196 over udp, PCMU\n"
          "  CALL                SIGNALLING   ANSWERED  AUDIO      LOSS\n"
          "  198.51.100.11:5060  completed    120.0 ms  blackhole  100.0 %\n"
          "      resolved by authority, cloudflare and quad9, 10.0.0.5 is no public\n"
          "      address, but the dialer was called at 198.51.100.11; no session timer\n"
          "  203.0.113.66:5060   unreachable\n"
          "      resolved by google, Connection refused\n\n");
    for (const Finding& finding : snapshot.findings) text += daemon::RenderFinding(finding, snapshot.at, terminal);
    for (std::size_t begin = 0, end = 0; begin < text.size(); begin = end + 1) {
      end = text.find('\n', begin);
      CAPTURE(text.substr(begin, end - begin));
      CHECK((end - begin <= 80 || text.substr(begin, end - begin).find("https://") != std::string::npos));
    }
  }

  TEST_CASE("a dialer that is not called has no row") {
    CHECK(daemon::RenderCalls(SnapshotAfter({}), "d1", {}).empty());
    CHECK(daemon::CallsJson(SnapshotAfter({}), "d1").empty());
    CHECK(daemon::SumUpCalls(SnapshotAfter({}), "d1").well);
  }

  TEST_CASE("where nothing is found the sentence says of calls what is known") {
    CHECK(daemon::Conclude(SnapshotAfter({Right()})).text ==
          "All 4 answers agree. Calls are answered and echo at 198.51.100.11.");
    const auto once = daemon::Conclude(SnapshotAfter({Mute(Right()), Astray()}));
    CHECK(
        once.text ==
        "All 4 answers agree. Calls do not go as they should at 198.51.100.11:5060: answered, but audio blackhole and "
        "203.0.113.66:5060: unreachable.");
    CHECK(once.first.starts_with("ask again with --count 3"));
    CHECK_FALSE(daemon::SumUpCalls(SnapshotAfter({Mute(Right())}), "d1").well);
  }

  TEST_CASE("an info does not take the place of what is known of calls") {
    EchoCallSample untimed = Right();
    untimed.call.result.session_timer.reset();
    const Snapshot snapshot = SnapshotAfter({untimed});
    const auto conclusion = daemon::Conclude(snapshot);
    REQUIRE(conclusion.finding != nullptr);
    CHECK(conclusion.finding->rule == "call-session-timer");
    CHECK(conclusion.text.ends_with(". Calls are answered and echo at 198.51.100.11."));
  }

  TEST_CASE("a dialer's words are made printable") {
    const std::string text = daemon::RenderCalls(SnapshotAfter({Refuses("d1", 403, "\x1b[31mNo")}), "d1", {});
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("No") != std::string::npos);
  }

  TEST_CASE("as JSON it is a list of calls") {
    const base::Json rows = daemon::CallsJson(SnapshotAfter({Right()}), "d1");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0]["outcome"] == "completed");
    CHECK(rows[0]["audio"]["mos"] == 4.36);
  }
}
