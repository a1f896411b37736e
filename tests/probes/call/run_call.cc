#include "tests/probes/call/run_call.h"

#include <doctest/doctest.h>

#include <chrono>

namespace dialwatch::probes::test {

using namespace std::chrono_literals;

RanCall RunCall(EventLoop& loop, CallPlan plan, const RunWish& wish) {
  CallTurns turns;
  RanCall ran;
  int results = 0, ends = 0;
  Timer watchdog(loop), talk(loop);
  std::unique_ptr<CallSession> session;
  CallMedia media;
  media.open = [](const base::IpAddress& local) -> base::Result<base::Endpoint> {
    return base::Endpoint{local, 40000};
  };
  media.start = [&](const SdpAnswer& answer, const std::function<void()>& done) {
    ran.answer = answer;
    if (wish.on_answer) return wish.on_answer(*session);
    talk.Start(wish.talk, done);
  };
  media.stop = [&] {
    ++ran.media_stops;
    talk.Stop();
  };
  CallSession::Listener listener;
  listener.on_result = [&](const CallSample& sample) {
    ++results;
    ran.sample = sample;
    ran.stops_before_result = ran.media_stops;
  };
  listener.on_ended = [&] {
    ++ends;
    CHECK_FALSE(turns.Take("d1"));
    session.reset();
    CHECK(turns.Take("d1"));
    loop.Stop();
  };
  const auto began = std::chrono::steady_clock::now();
  session =
      std::make_unique<CallSession>(loop, *turns.Take("d1"), std::move(plan), std::move(media), std::move(listener));
  watchdog.Start(100s, [&] { loop.Stop(); });
  session->Start();
  if (wish.on_start) wish.on_start(*session);
  CHECK(results == 0);
  loop.Run();
  CHECK(results == 1);
  REQUIRE(ends == 1);
  ran.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  return ran;
}

EchoCallSample RunEcho(CallPlan plan, const TalkPlan& talk) {
  EventLoop loop;
  return RunEcho(loop, std::move(plan), talk);
}

EchoCallSample RunEcho(EventLoop& loop, CallPlan plan, const TalkPlan& talk) {
  CallTurns turns;
  std::optional<EchoCallSample> told;
  bool ended = false;
  EchoCall call(loop, *turns.Take("d1"), std::move(plan), talk,
                {.on_result = [&](const EchoCallSample& sample) { told = sample; },
                 .on_ended =
                     [&] {
                       ended = true;
                       loop.Stop();
                     }});
  Timer watchdog(loop);
  watchdog.Start(100s, [&] { loop.Stop(); });
  call.Start();
  loop.Run();
  CHECK(ended);
  REQUIRE(told);
  return *told;
}

CallPlan PlanFor(const base::Endpoint& dialer, config::Transport transport) {
  return {
      .subject = {.dialer = "d1", .host = "127.0.0.1", .address = dialer, .transport = transport, .extension = "9196"},
      .round = 7,
      .linger = 50ms};
}

}  // namespace dialwatch::probes::test
