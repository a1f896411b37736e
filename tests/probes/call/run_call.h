#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "probes/call/echo_call.h"

namespace dialwatch::probes::test {

struct RanCall {
  CallSample sample;
  std::optional<SdpAnswer> answer;  // where media were told to go
  int media_stops = 0, stops_before_result = 0;
  std::chrono::milliseconds took{};  // to the end
};

struct RunWish {
  base::Duration talk{50};                           // then the media are done
  std::function<void(CallSession&)> on_answer = {};  // else
  std::function<void(CallSession&)> on_start = {};
};

// Runs one call to its end, and fails rather than hangs.
RanCall RunCall(EventLoop& loop, CallPlan plan, const RunWish& wish = {});

// Runs one call with audio to its end.
EchoCallSample RunEcho(EventLoop& loop, CallPlan plan, const TalkPlan& talk);
EchoCallSample RunEcho(CallPlan plan, const TalkPlan& talk = {.packets = 50});

// Over UDP the call lingers for 50 ms only.
CallPlan PlanFor(const base::Endpoint& dialer, config::Transport transport = config::Transport::kUdp);

}  // namespace dialwatch::probes::test
