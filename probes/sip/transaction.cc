#include "probes/sip/transaction.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace dialwatch::probes {
namespace {

std::string BranchOf(const SipMessage& request) {
  const auto via = ReadSipVia(request.Find("Via").value_or(""));
  return via ? via->branch : std::string();
}

}  // namespace

SipMessage NewSipHopByHop(const SipMessage& invite, std::string_view method) {
  constexpr std::string_view kTaken[] = {"Via", "Max-Forwards", "From", "To", "Call-ID", "CSeq", "Route", "User-Agent"};
  SipMessage request{.method = std::string(method), .uri = invite.uri};
  for (SipHeader header : invite.headers) {
    if (std::ranges::find(kTaken, header.name) == std::end(kTaken)) continue;
    if (header.name == "CSeq") header.value.replace(header.value.find(' ') + 1, std::string::npos, method);
    request.headers.push_back(std::move(header));
  }
  return request;
}

SipClientTransaction::SipClientTransaction(SipMessage request, bool reliable, SipTime now)
    : request_(std::move(request)),
      octets_(WriteSipMessage(request_)),
      branch_(BranchOf(request_)),
      invite_(request_.method == "INVITE"),
      reliable_(reliable),
      over_at_(now + kSipGiveUp) {
  if (!reliable_) resend_at_ = now + pause_;
}

// RFC 3261 §17.1.3; that a response has one Via is §8.1.3.3. The branch is a secret of ours: who forges a response
// without having seen the request does not know it.
bool SipClientTransaction::Owns(const SipArrival& arrival) const {
  return arrival.message.is_response() && arrival.ids.vias == 1 && arrival.ids.via.branch == branch_ &&
         arrival.ids.method == request_.method && arrival.ids.call_id == request_.Find("Call-ID").value_or("");
}

SipClientTransaction::Step SipClientTransaction::OnResponse(const SipArrival& arrival, SipTime now) {
  Step step;
  if (!open()) {
    if (state_ == State::kCompleted && invite_ && arrival.message.status >= 300) step.send = ack_;
    return step;
  }
  if (arrival.message.status >= 200) return OnFinal(arrival, now);
  state_ = State::kProceeding;
  if (invite_) {  // §17.1.1.2: neither sent again nor given up from here on; the caller has its own patience
    resend_at_.reset();
    over_at_.reset();
  } else if (resend_at_) {
    pause_ = kSipT2;  // §17.1.2.2
  }
  step.response = arrival;
  return step;
}

SipClientTransaction::Step SipClientTransaction::OnFinal(const SipArrival& arrival, SipTime now) {
  Step step;
  step.response = arrival;
  resend_at_.reset();
  const bool refused_invite = invite_ && arrival.message.status >= 300;
  if (refused_invite) step.send = ack_ = AckOf(arrival);
  // A 2xx to an INVITE ends the transaction: its copies belong to the dialog (§13.2.2.4). Over TCP there are no copies.
  if (reliable_ || (invite_ && !refused_invite)) {
    End();
  } else {
    state_ = State::kCompleted;
    over_at_ = now + (invite_ ? kSipTimerD : kSipT4);
  }
  return step;
}

SipClientTransaction::Step SipClientTransaction::OnTime(SipTime now) {
  Step step;
  if (over_at_ && now >= *over_at_) {
    step.timed_out = open();
    End();
    return step;
  }
  if (!resend_at_ || now < *resend_at_) return step;
  const bool doubles = state_ == State::kCalling;
  if (doubles) pause_ = invite_ ? pause_ * 2 : std::min(pause_ * 2, kSipT2);
  resend_at_ = now + pause_;
  ++sends_;
  step.send = octets_;
  return step;
}

void SipClientTransaction::End() {
  state_ = State::kTerminated;
  resend_at_.reset();
  over_at_.reset();
}

std::optional<SipTime> SipClientTransaction::wake_at() const {
  if (resend_at_ && over_at_) return std::min(*resend_at_, *over_at_);
  return resend_at_ ? resend_at_ : over_at_;
}

std::string SipClientTransaction::AckOf(const SipArrival& refusal) const {
  SipMessage ack = NewSipHopByHop(request_, "ACK");
  for (SipHeader& header : ack.headers) {
    if (header.name == "To") header.value = refusal.message.Find("To").value_or("");
  }
  return WriteSipMessage(ack);
}

}  // namespace dialwatch::probes
