#pragma once

#include <functional>
#include <optional>

#include "probes/call/echo_talk.h"
#include "probes/call/session.h"

namespace dialwatch::probes {

// One call to an extension that sends all audio back: talks, listens, hangs up. Thread safety: none; use it on its
// loop's thread only.
class EchoCall {
 public:
  // As those of CallSession.
  struct Listener {
    std::function<void(const EchoCallSample&)> on_result;
    std::function<void()> on_ended;
  };

  // The plan's talk_limit is ours to set.
  EchoCall(EventLoop& loop, CallTurns::Turn turn, CallPlan plan, const TalkPlan& talk, Listener listener);
  EchoCall(const EchoCall&) = delete;
  EchoCall& operator=(const EchoCall&) = delete;

  void Start() { session_.Start(); }
  void HangUp() { session_.HangUp(); }

 private:
  EchoTalk talk_;
  CallSession session_;
};

}  // namespace dialwatch::probes
