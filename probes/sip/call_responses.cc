// What a call makes of what the other side sends.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/printable.h"
#include "probes/sip/call.h"

namespace dialwatch::probes {
namespace {

using std::chrono::duration_cast;

constexpr std::size_t kMaxStrays = 8;
constexpr std::uint32_t kMaxSessionTimer = 3600;  // seconds that a 422 may ask for
constexpr std::size_t kMaxText = 100;             // of the dialer's, in a result

std::string Status(const SipArrival& response) {
  return fmt::format("{} {}", response.message.status, base::Printable(response.message.reason, kMaxText));
}

// Why the other side hung up, where it says so (RFC 3326).
std::string ReasonOf(const SipArrival& request) {
  const auto reason = request.message.Find("Reason");
  return reason ? fmt::format(" ({})", base::Printable(*reason, kMaxText)) : std::string();
}

std::optional<std::uint32_t> SessionTimerOf(const SipArrival& answer) {
  const std::string_view value = answer.message.Find("Session-Expires").value_or("");
  return SipNumber(SipTrim(value.substr(0, value.find(';'))));
}

}  // namespace

void SipCall::OnStep(Running& running, SipClientTransaction::Step step, SipTime now) {
  if (step.send) steps_.send.push_back(*std::move(step.send));
  if (step.timed_out) OnTimeout(running.role, now);
  if (!step.response) return;
  switch (running.role) {
    case Role::kOptions:
      return OnOptionsResponse(running, *step.response, now);
    case Role::kInvite:
      return OnInviteResponse(*step.response, now);
    case Role::kBye:
      return OnByeResponse(*step.response, now);
    case Role::kCancel:
    case Role::kStray:
      return;  // whatever it is, there is no more to do
  }
}

// Any final response is a sign of life; what a dialer thinks of OPTIONS without a password is its own affair.
void SipCall::OnOptionsResponse(const Running& running, const SipArrival& response, SipTime now) {
  if (response.message.status < 200 || phase_ != Phase::kAsking) return;
  if (running.transaction.sends() == 1) {
    result_.options_rtt = duration_cast<std::chrono::microseconds>(now - running.began);
  }
  result_.status = response.message.status;
  Invite(now);
}

void SipCall::OnInviteResponse(const SipArrival& response, SipTime now) {
  const int status = response.message.status;
  if (status < 200) {
    if (!result_.ringing_after) result_.ringing_after = duration_cast<base::Duration>(now - invited_at_);
    if (over()) Cancel(now);  // RFC 3261 §9.1: not before a provisional response
    return;
  }
  result_.status = status;
  if (status != 401 && status != 407) authenticator_.Accepted();
  if (status < 300) return OnAnswer(response, now);
  if (!over()) OnRefusal(response, now);
}

void SipCall::OnRefusal(const SipArrival& response, SipTime now) {
  const int status = response.message.status;
  if (status == 401 || status == 407) {
    if (const auto taken = authenticator_.Take(response.message); !taken) {
      Settle(SipOutcome::kUnauthorized, fmt::format("{}: {}", Status(response), taken.error().what));
      return EnterEnding(now);
    }
    return Invite(now);
  }
  if (status == 422 && LengthenSession(response)) return Invite(now);
  Settle(SipOutcome::kRefused, fmt::format("INVITE was answered with {}", Status(response)));
  EnterEnding(now);
}

// RFC 4028 §7.3: once with the time that the other side wants at least.
bool SipCall::LengthenSession(const SipArrival& response) {
  const auto wanted = SipNumber(response.message.Find("Min-SE").value_or(""));
  if (!wanted || *wanted <= session_timer_ || *wanted > kMaxSessionTimer || session_timer_ != kSessionTimer) {
    return false;
  }
  session_timer_ = *wanted;
  return true;
}

void SipCall::OnAnswer(const SipArrival& response, SipTime now) {
  dialog_ = SipDialog::FromAnswer(plan_.party, invite_, response);
  ack_ = WriteSipMessage(dialog_->NewAck(plan_.party, invite_));
  steps_.send.push_back(ack_);
  answered_at_ = now;
  result_.answered_after = duration_cast<base::Duration>(now - invited_at_);
  if (settled_) return Bye(now);
  result_.session_timer = SessionTimerOf(response);
  result_.answer = JudgeSdpAnswer(plan_.offer, plan_.server, response.message.body);
  const SdpAnswer& answer = *result_.answer;
  if (!answer.usable()) {
    Settle(SipOutcome::kBadAnswer, fmt::format("its answer cannot be used: {}", answer.why));
    return Bye(now);
  }
  result_.address_note = DescribeMediaAddress(answer.audio.rtp.address, plan_.server);
  answering_.Agree(answer.audio, offer_);
  phase_ = Phase::kUp;
  deadline_ = now + std::min(plan_.talk_limit, kMaxTalk);
  steps_.answered = true;
}

void SipCall::OnByeResponse(const SipArrival& response, SipTime now) {
  const int status = response.message.status;
  if (status < 200) return;
  if ((status == 401 || status == 407) && authenticator_.Take(response.message)) return Bye(now);
  if (status >= 300 && status != 481 && status != 408) {  // §12.2.1.2: with those two there is no call any more
    return Settle(SipOutcome::kNotEnded, fmt::format("BYE was answered with {}", Status(response)));
  }
  gone_ = true;
  Settle(SipOutcome::kCompleted, "");
}

// §13.2.2.4: each copy of the 2xx is acknowledged again; the answer of another fork is acknowledged and hung up, as is
// one that comes after we gave up.
void SipCall::OnLateResponse(const SipArrival& response, SipTime now) {
  const SipIds& ids = response.ids;
  const bool ours = ids.method == "INVITE" && ids.via.branch == invite_branch_ && ids.vias == 1 &&
                    ids.call_id == plan_.party.call_id && ids.from_tag == plan_.party.tag;
  if (!ours || response.message.status < 200 || response.message.status > 299) {
    ++result_.foreign;
    return;
  }
  if (!dialog_) return OnAnswer(response, now);
  if (dialog_->remote_tag() == ids.to_tag) return steps_.send.push_back(ack_);
  const auto known =
      std::find_if(strays_.begin(), strays_.end(), [&](const Stray& each) { return each.tag == ids.to_tag; });
  if (known != strays_.end()) return steps_.send.push_back(known->ack);
  if (strays_.size() == kMaxStrays) return;
  SipDialog stray = SipDialog::FromAnswer(plan_.party, invite_, response);
  strays_.push_back({ids.to_tag, WriteSipMessage(stray.NewAck(plan_.party, invite_))});
  steps_.send.push_back(strays_.back().ack);
  SipMessage bye = stray.NewRequest(plan_.party, "BYE");
  authenticator_.Sign(bye);
  Send(Role::kStray, std::move(bye), now);
}

void SipCall::OnRequest(const SipArrival& request, SipTime now) {
  auto step = answering_.OnRequest(plan_.party, dialog_ && !gone_ ? &*dialog_ : nullptr, request, now);
  if (step.send) steps_.send.push_back(*std::move(step.send));
  if (!step.hung_up) return;
  gone_ = true;
  if (phase_ == Phase::kUp) {
    EndTalk(now);
    Settle(SipOutcome::kDropped, fmt::format("the dialer hung up after {:.1f} s{}",
                                             static_cast<double>(result_.talked->count()) / 1000, ReasonOf(request)));
    return EnterEnding(now);
  }
  Settle(SipOutcome::kCompleted, "");
}

void SipCall::Note(const SipArrival& response) {
  const SipMessage& message = response.message;
  const auto server = message.Find("Server") ? message.Find("Server") : message.Find("User-Agent");
  if (server) result_.server = base::Printable(*server, kMaxText);
  if (response.ids.via.seen) result_.seen = response.ids.via.seen;
}

}  // namespace dialwatch::probes
