#include "probes/call/echo_call.h"

#include <chrono>
#include <utility>

namespace dialwatch::probes {
namespace {

// A little more than the talk needs: only where our own clock stands still is it the limit that ends the call.
CallPlan WithTalkLimit(CallPlan plan, const TalkPlan& talk) {
  plan.talk_limit = (RtpStream::kWarmUp + talk.packets) * talk.spacing + talk.patience + std::chrono::seconds(1);
  return plan;
}

}  // namespace

EchoCall::EchoCall(EventLoop& loop, CallTurns::Turn turn, CallPlan plan, const TalkPlan& talk, Listener listener)
    : talk_(loop, talk),
      session_(loop, std::move(turn), WithTalkLimit(std::move(plan), talk), talk_.media(),
               {.on_result =
                    [this, told = std::move(listener.on_result)](const CallSample& sample) {
                      told({sample, talk_.Conclude()});
                    },
                .on_ended = std::move(listener.on_ended)}) {}

}  // namespace dialwatch::probes
