#include "probes/call/session.h"

#include <doctest/doctest.h>

#include <chrono>

#include "tests/probes/call/fake_dialer.h"
#include "tests/probes/call/run_call.h"
#include "tests/probes/stun/fake_stream_server.h"

namespace dialwatch::probes {

using namespace std::chrono_literals;
using test::AnswerWell;
using test::FakeDialer;
using test::FakeStreamServer;
using test::Octets;
using test::PlanFor;
using test::RanCall;
using test::RunCall;

namespace {

using Methods = std::vector<std::string>;

// A dialer over TCP that answers what each read holds, one request after the other.
class StreamDialer {
 public:
  explicit StreamDialer(EventLoop& loop)
      : server_(loop, [this](FakeStreamServer& self, int connection, const Octets& octets) {
          SipFrames frames;
          frames.Add({reinterpret_cast<const char*>(octets.data()), octets.size()});
          for (auto message = frames.Next(); message && *message; message = frames.Next()) {
            const SipArrival request = test::Read(**message);
            methods.push_back(request.message.method);
            if (request.message.method == close_at) return self.Close(connection);
            if (request.message.method == "ACK") continue;
            for (const std::string& reply : AnswerWell(request)) self.Send(connection, {reply.begin(), reply.end()});
          }
        }) {}

  const base::Endpoint& endpoint() const { return server_.endpoint(); }

  Methods methods;
  std::string close_at;

 private:
  FakeStreamServer server_;
};

}  // namespace

TEST_SUITE("probes/call/session") {
  TEST_CASE("a call over UDP, from OPTIONS to BYE") {
    EventLoop loop;
    FakeDialer dialer(loop, AnswerWell);
    CallPlan plan = PlanFor(dialer.endpoint());
    plan.linger = 500ms;
    const RanCall ran = RunCall(loop, std::move(plan));
    CHECK(dialer.methods() == Methods{"OPTIONS", "INVITE", "ACK", "BYE"});
    CHECK(ran.sample.result.outcome == SipOutcome::kCompleted);
    CHECK(ran.sample.round == 7);
    CHECK(ran.sample.subject.dialer == "d1");
    CHECK(ran.sample.local.address.ToString() == "127.0.0.1");
    CHECK(ran.sample.result.options_rtt);
    CHECK(ran.sample.result.talked >= 50ms);
    REQUIRE(ran.answer);
    CHECK(ran.answer->audio.rtp.ToString() == "127.0.0.1:12344");
    CHECK(ran.media_stops == 1);
    CHECK(ran.stops_before_result == 1);
    CHECK(base::WallClockNow() - ran.sample.at < 60s);
    CHECK(ran.took >= 500ms);  // for copies of the last response
  }

  TEST_CASE("a call over TCP, from OPTIONS to BYE") {
    EventLoop loop;
    StreamDialer dialer(loop);
    const RanCall ran = RunCall(loop, PlanFor(dialer.endpoint(), config::Transport::kTcp));
    CHECK(dialer.methods == Methods{"OPTIONS", "INVITE", "ACK", "BYE"});
    CHECK(ran.sample.result.outcome == SipOutcome::kCompleted);
    CHECK(ran.took < 5s);
  }

  TEST_CASE("a port that is closed is told at once") {
    EventLoop loop;
    FakeDialer dialer(loop, AnswerWell);
    dialer.Close();
    for (const auto transport : {config::Transport::kUdp, config::Transport::kTcp}) {
      const RanCall ran = RunCall(loop, PlanFor(dialer.endpoint(), transport));
      CHECK(ran.sample.result.outcome == SipOutcome::kUnreachable);
      CHECK(ran.sample.result.why == "Connection refused");
      CHECK(ran.took < 2s);
      CHECK_FALSE(ran.answer);
    }
  }

  TEST_CASE("a connection that is closed while the call is up is opened again, to hang up") {
    EventLoop loop;
    StreamDialer dialer(loop);
    dialer.close_at = "ACK";
    const RanCall ran = RunCall(loop, PlanFor(dialer.endpoint(), config::Transport::kTcp), {.talk = 30s});
    CHECK(dialer.methods == Methods{"OPTIONS", "INVITE", "ACK", "BYE"});
    CHECK(ran.sample.result.outcome == SipOutcome::kDropped);
    CHECK(ran.sample.result.why == "the server closed the connection");
    CHECK(ran.media_stops == 1);
    CHECK(ran.stops_before_result == 1);
  }

  TEST_CASE("a server that speaks something else is told") {
    EventLoop loop;
    FakeStreamServer server(loop, [](FakeStreamServer& self, int connection, const Octets&) {
      const std::string text = "HTTP/1.1 400 Bad Request\r\n\r\n";
      self.Send(connection, {text.begin(), text.end()});
    });
    const RanCall ran = RunCall(loop, PlanFor(server.endpoint(), config::Transport::kTcp));
    CHECK(ran.sample.result.outcome == SipOutcome::kUnreachable);
    CHECK(ran.sample.result.why.starts_with("what came is not SIP: "));
  }

  TEST_CASE("a connection that does not come about is waited for no longer than said") {
    EventLoop loop;
    FakeStreamServer silent(loop, [](FakeStreamServer&, int, const Octets&) {});
    CallPlan plan = PlanFor(silent.endpoint(), config::Transport::kTls);
    plan.tls = *TlsPeer::Make(silent.endpoint().address, "", TlsPeer::Use::kRelay);
    plan.connect_wait = 100ms;
    const RanCall ran = RunCall(loop, std::move(plan));
    CHECK(ran.sample.result.outcome == SipOutcome::kUnreachable);
    CHECK(ran.sample.result.why == "waited for the TLS handshake");
    CHECK(ran.took < 5s);
  }

  TEST_CASE("a daemon that stops hangs up") {
    EventLoop loop;
    FakeDialer dialer(loop, AnswerWell);
    CallPlan plan = PlanFor(dialer.endpoint());
    plan.linger = 60s;  // which it does not wait
    const RanCall ran = RunCall(loop, plan, {.on_answer = [](CallSession& session) { session.HangUp(); }});
    CHECK(ran.took < 5s);
    CHECK(dialer.methods() == Methods{"OPTIONS", "INVITE", "ACK", "BYE"});
    CHECK(ran.sample.result.outcome == SipOutcome::kCompleted);
    const RanCall early =
        RunCall(loop, PlanFor(dialer.endpoint()), {.on_start = [](CallSession& session) { session.HangUp(); }});
    CHECK(early.sample.result.outcome == SipOutcome::kStopped);
    CHECK(early.took < 5s);
  }

  TEST_CASE("a dialer that hangs up stops the media") {
    EventLoop loop;
    SipArrival invite;
    FakeDialer dialer(loop, [&](const SipArrival& request) {
      if (request.message.method == "INVITE") invite = request;
      return AnswerWell(request);
    });
    Timer soon(loop);
    const RanCall ran = RunCall(loop, PlanFor(dialer.endpoint()), {.on_answer = [&](CallSession&) {
                                  soon.Start(20ms, [&] { dialer.Send(test::Request(invite, "BYE", 1)); });
                                }});
    CHECK(ran.sample.result.outcome == SipOutcome::kDropped);
    CHECK(ran.media_stops == 1);
    CHECK(ran.stops_before_result == 1);
    CHECK(dialer.methods() == Methods{"OPTIONS", "INVITE", "ACK", "200"});
  }

  TEST_CASE("where no socket can be had for the media there is no call") {
    EventLoop loop;
    FakeDialer dialer(loop, AnswerWell);
    CallTurns turns;
    std::optional<CallSample> told;
    CallMedia media{
        .open = [](const base::IpAddress&) -> base::Result<base::Endpoint> { return base::Error{"no port"}; },
        .start = [](const SdpAnswer&, const std::function<void()>&) {},
        .stop = [] {}};
    CallSession session(
        loop, *turns.Take("d1"), PlanFor(dialer.endpoint()), std::move(media),
        {.on_result = [&](const CallSample& sample) { told = sample; }, .on_ended = [&] { loop.Stop(); }});
    session.Start();
    loop.Run();
    REQUIRE(told);
    CHECK(told->result.why == "no port");
    CHECK(dialer.methods().empty());
  }
}

TEST_SUITE("probes/call/turns") {
  TEST_CASE("a dialer is called once at a time, others beside it") {
    CallTurns turns;
    {
      auto first = turns.Take("d1");
      REQUIRE(first);
      CHECK_FALSE(turns.Take("d1"));
      CHECK(turns.Take("d2"));
      const CallTurns::Turn moved = *std::move(first);
      CHECK_FALSE(turns.Take("d1"));
    }
    CHECK(turns.Take("d1"));
  }
}

}  // namespace dialwatch::probes
