// Calls to a real Asterisk, which tests/lab/asterisk.sh provides.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <optional>

#include "tests/probes/call/run_call.h"

namespace dialwatch::probes {

using namespace std::chrono_literals;
using test::RunEcho;

namespace {

// The dialer, or nothing where there is none.
std::optional<base::Endpoint> Asterisk() {
  const char* address = std::getenv("DIALWATCH_TEST_ASTERISK");
  if (address == nullptr) {
    fmt::print("SKIPPED: DIALWATCH_TEST_ASTERISK is not set (tests/lab/asterisk.sh)\n");
    return std::nullopt;
  }
  return *base::Endpoint::Parse(address, 5060);
}

CallPlan Dial(const base::Endpoint& dialer, std::string extension,
              config::Transport transport = config::Transport::kUdp) {
  CallPlan plan = test::PlanFor(dialer, transport);
  plan.subject.extension = std::move(extension);
  return plan;
}

}  // namespace

TEST_SUITE("probes/call: Asterisk") {
  TEST_CASE("an echo, over UDP and TCP, with a password and without, with either codec") {
    const auto dialer = Asterisk();
    if (!dialer) return;
    for (const auto transport : {config::Transport::kUdp, config::Transport::kTcp}) {
      for (const char* user : {"", "watch"}) {
        for (const auto codec : {AudioCodec::kPcmu, AudioCodec::kPcma}) {
          CallPlan plan = Dial(*dialer, "600", transport);
          plan.account = {.user = user, .password = "secret"};
          plan.codecs = {codec};
          const EchoCallSample sample = RunEcho(std::move(plan));
          CAPTURE(sample.call.result.why);
          CHECK(sample.call.result.outcome == SipOutcome::kCompleted);
          CHECK(sample.call.result.server.starts_with("Asterisk"));
          CHECK(sample.call.result.session_timer == 90U);
          REQUIRE(sample.talk);
          CHECK(sample.talk->codec == codec);
          CHECK(sample.talk->measures.round.lost == 0);
          CHECK(sample.talk->foreign == 0);
        }
      }
    }
  }

  TEST_CASE("a wrong password, an extension that is not there, one that is busy") {
    const auto dialer = Asterisk();
    if (!dialer) return;
    CallPlan plan = Dial(*dialer, "600");
    plan.account = {.user = "watch", .password = "wrong"};
    CHECK(RunEcho(std::move(plan)).call.result.outcome == SipOutcome::kUnauthorized);
    CHECK(RunEcho(Dial(*dialer, "699")).call.result.status == 404);
    CHECK(RunEcho(Dial(*dialer, "605")).call.result.status == 486);
  }

  TEST_CASE("a silent one is a blackhole, one that talks without listening is one way") {
    const auto dialer = Asterisk();
    if (!dialer) return;
    const EchoCallSample silent = RunEcho(Dial(*dialer, "601"));
    CHECK(silent.call.result.outcome == SipOutcome::kCompleted);
    CHECK(silent.talk->outcome == RtpOutcome::kBlackhole);
    const EchoCallSample tone = RunEcho(Dial(*dialer, "602"));
    CHECK(tone.talk->outcome == RtpOutcome::kOneWayDown);
    CHECK(tone.talk->foreign > 30);
  }

  TEST_CASE("one that only rings is cancelled, one that hangs up is told") {
    const auto dialer = Asterisk();
    if (!dialer) return;
    CallPlan ringing = Dial(*dialer, "603");
    ringing.answer_wait = 500ms;
    CHECK(RunEcho(std::move(ringing)).call.result.outcome == SipOutcome::kNotAnswered);
    const EchoCallSample dropped = RunEcho(Dial(*dialer, "604"), {.packets = 200});
    CHECK(dropped.call.result.outcome == SipOutcome::kDropped);
    CHECK(dropped.call.result.why.starts_with("the dialer hung up after 1."));
  }
}

}  // namespace dialwatch::probes
