#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "probes/sip/call.h"
#include "tests/probes/sip/replies.h"

namespace dialwatch::probes::test {

SipCallPlan Plan(config::Transport transport = config::Transport::kUdp);

// A call with a clock of its own; what it sends is kept.
class CallBed {
 public:
  explicit CallBed(SipCallPlan plan = Plan()) : call(std::move(plan)) { Take(call.Start(now)); }

  void Give(std::string_view octets) { Take(call.OnMessage(octets, now)); }
  // Answers the last request of this method.
  void Answer(std::string_view method, const Reply& reply);
  void Lose(SipOutcome outcome, std::string why) { Take(call.OnLost(outcome, std::move(why), now)); }
  void HangUp() { Take(call.HangUp(now)); }
  // Lets time pass, with all wake-ups that fall due.
  void Pass(base::Duration time);
  // Until the call is over.
  base::Duration PassToEnd();

  // Answers OPTIONS and INVITE, so that the call is up; the INVITE.
  SipArrival Up(const Reply& answer = {.headers = {{"Contact", "<sip:9196@203.0.113.5:5060>"}}, .body = Sdp()});

  std::vector<std::string> Methods() const;  // of all requests so far, responses as their status
  std::size_t CountOf(std::string_view method) const;
  SipArrival Last(std::string_view method) const;

  SipTime now = SipTime() + std::chrono::hours(1);
  SipCall call;
  std::vector<std::string> sent;
  bool answered = false;
  int settled = 0;  // how often that was told

 private:
  void Take(SipCall::Steps steps);
};

}  // namespace dialwatch::probes::test
