#include "probes/call/echo_call.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>

#include "tests/probes/call/fake_dialer.h"
#include "tests/probes/call/fake_echo.h"
#include "tests/probes/call/run_call.h"

namespace dialwatch::probes {

using namespace std::chrono_literals;
using test::FakeDialer;
using test::FakeEcho;
using test::PlanFor;
using test::RunEcho;

namespace {

using Replies = FakeEcho::Replies;

constexpr TalkPlan kTalk{.packets = 50, .spacing = 10ms, .patience = 200ms};

// A dialer that works, and wants the audio at `rtp`.
FakeDialer::Handler Wants(const base::Endpoint& rtp) {
  return [rtp](const SipArrival& request) -> std::vector<std::string> {
    if (request.message.method != "INVITE") return {test::Write(request, {})};
    const std::string sdp =
        fmt::format("v=0\r\no=- 1 1 IN IP4 {0}\r\ns=-\r\nc=IN IP4 {0}\r\nt=0 0\r\nm=audio {1} RTP/AVP 0\r\n",
                    rtp.address.ToString(), rtp.port);
    return {test::Write(request, {.headers = {{"Contact", "<sip:9196@127.0.0.1>"}}, .body = sdp})};
  };
}

}  // namespace

TEST_SUITE("probes/call/echo_call") {
  TEST_CASE("a call to an echo") {
    EventLoop loop;
    FakeEcho echo(loop, [](int, const FakeEcho::Octets& packet) { return Replies{packet}; });
    FakeDialer dialer(loop, Wants(echo.endpoint));
    const EchoCallSample sample = RunEcho(loop, PlanFor(dialer.endpoint()), kTalk);
    CHECK(sample.call.result.outcome == SipOutcome::kCompleted);
    CHECK(sample.call.result.address_note.empty());
    REQUIRE(sample.talk);
    CHECK(sample.talk->measures.round.sent == 50);
    CHECK(sample.talk->measures.round.lost == 0);
  }

  TEST_CASE("an answer with a wrong address: nothing of 50 comes back, and the reason is seen") {
    EventLoop loop;
    FakeEcho elsewhere(
        loop, [](int, const FakeEcho::Octets&) { return Replies{}; }, "127.0.0.9");
    FakeDialer dialer(loop, Wants(elsewhere.endpoint));
    const EchoCallSample sample = RunEcho(loop, PlanFor(dialer.endpoint()), kTalk);
    CHECK(sample.call.result.outcome == SipOutcome::kCompleted);
    CHECK(sample.call.result.address_note ==
          "127.0.0.9 is where it wants the audio, but the dialer was called at 127.0.0.1");
    REQUIRE(sample.talk);
    CHECK(sample.talk->outcome == RtpOutcome::kBlackhole);
    CHECK(sample.talk->measures.round.lost == 50);
  }

  TEST_CASE("a mapping that closes in the middle of the call loses the rest") {
    EventLoop loop;
    FakeEcho echo(loop,
                  [](int index, const FakeEcho::Octets& packet) { return index < 34 ? Replies{packet} : Replies{}; });
    FakeDialer dialer(loop, Wants(echo.endpoint));
    const EchoCallSample sample = RunEcho(loop, PlanFor(dialer.endpoint()), kTalk);
    REQUIRE(sample.talk);
    CHECK(sample.talk->measures.round.lost == 20);
    CHECK(sample.talk->outcome == RtpOutcome::kDegraded);
  }

  TEST_CASE("without a call there is no talk") {
    EventLoop loop;
    FakeDialer dialer(loop, [](const SipArrival& request) -> std::vector<std::string> {
      return {test::Write(request, {.status = request.message.method == "INVITE" ? 486 : 200})};
    });
    const EchoCallSample sample = RunEcho(loop, PlanFor(dialer.endpoint()), kTalk);
    CHECK(sample.call.result.status == 486);
    CHECK_FALSE(sample.talk);
  }
}

}  // namespace dialwatch::probes
