#include "tests/probes/sip/call_bed.h"

#include <algorithm>
#include <stdexcept>

namespace dialwatch::probes::test {

SipCallPlan Plan(config::Transport transport) {
  return {.party = SipParty::New("sip:9196@d1.example.com", "sip:dialwatch@192.0.2.1",
                                 *base::Endpoint::Parse("192.0.2.1:5070", 0), transport),
          .server = *base::IpAddress::Parse("203.0.113.5"),
          .account = {.user = "watch", .password = "secret"},
          .offer = {.rtp = *base::Endpoint::Parse("192.0.2.1:40000", 0)}};
}

void CallBed::Answer(std::string_view method, const Reply& reply) {
  Give(Write(Last(method), reply));
}

void CallBed::Pass(base::Duration time) {
  const SipTime until = now + time;
  while (call.wake_at() && *call.wake_at() <= until) {
    now = std::max(now, *call.wake_at());
    Take(call.OnTime(now));
  }
  now = until;
}

base::Duration CallBed::PassToEnd() {
  const SipTime from = now;
  for (int i = 0; !call.ended(); ++i) {
    if (i == 1000 || !call.wake_at()) throw std::runtime_error("the call does not end");
    now = std::max(now, *call.wake_at());
    Take(call.OnTime(now));
  }
  return std::chrono::duration_cast<base::Duration>(now - from);
}

SipArrival CallBed::Up(const Reply& answer) {
  Answer("OPTIONS", {});
  Answer("INVITE", answer);
  return Last("INVITE");
}

std::vector<std::string> CallBed::Methods() const {
  std::vector<std::string> methods;
  for (const std::string& octets : sent) {
    const SipMessage message = Read(octets).message;
    methods.push_back(message.is_response() ? std::to_string(message.status) : message.method);
  }
  return methods;
}

std::size_t CallBed::CountOf(std::string_view method) const {
  const auto methods = Methods();
  return static_cast<std::size_t>(std::count(methods.begin(), methods.end(), method));
}

SipArrival CallBed::Last(std::string_view method) const {
  for (auto each = sent.rbegin(); each != sent.rend(); ++each) {
    if (SipArrival arrival = Read(*each); arrival.message.method == method) return arrival;
  }
  throw std::runtime_error("no such request was sent");
}

void CallBed::Take(SipCall::Steps steps) {
  sent.insert(sent.end(), steps.send.begin(), steps.send.end());
  answered = answered || steps.answered;
  settled += steps.settled ? 1 : 0;
}

}  // namespace dialwatch::probes::test
