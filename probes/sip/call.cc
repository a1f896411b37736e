#include "probes/sip/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/printable.h"

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

SipCall::SipCall(SipCallPlan plan)
    : plan_(std::move(plan)), offer_(WriteSdpOffer(plan_.offer)), authenticator_(plan_.account) {}

SipCall::Steps SipCall::Start(SipTime now) {
  if (phase_ != Phase::kReady) return {};
  if (plan_.ask_options) {
    Ask(now);
  } else {
    Invite(now);
  }
  return Finish(now);
}

SipCall::Steps SipCall::OnMessage(std::string_view octets, SipTime now) {
  if (ended()) return {};
  const auto arrival = ReadSipMessage(octets);
  if (!arrival) {
    ++result_.unreadable;
    unreadable_ = arrival.error().what;
    return Finish(now);
  }
  if (!arrival->message.is_response()) {
    OnRequest(*arrival, now);
    return Finish(now);
  }
  const auto owner = std::find_if(running_.begin(), running_.end(), [&](const Running& each) {
    return !each.transaction.ended() && each.transaction.Owns(*arrival);
  });
  const bool answer = arrival->message.status / 100 == 2 && arrival->ids.method == "INVITE";
  if (owner == running_.end() || (answer && !owner->transaction.open())) {
    OnLateResponse(*arrival, now);
  } else {
    Note(*arrival);
    OnStep(*owner, owner->transaction.OnResponse(*arrival, now), now);
  }
  return Finish(now);
}

SipCall::Steps SipCall::OnTime(SipTime now) {
  if (ended()) return {};
  for (Running& each : running_) {  // a step may add to the end of the list
    while (each.transaction.wake_at() && *each.transaction.wake_at() <= now) {
      OnStep(each, each.transaction.OnTime(now), now);
    }
  }
  while (answering_.wake_at() && *answering_.wake_at() <= now) {
    if (auto step = answering_.OnTime(now); step.send) steps_.send.push_back(*std::move(step.send));
  }
  if (deadline_ && now >= *deadline_) OnDeadline(now);
  return Finish(now);
}

SipCall::Steps SipCall::HangUp(SipTime now) {
  if (phase_ == Phase::kUp) {
    EndTalk(now);
    Bye(now);
  } else if (phase_ != Phase::kEnding && phase_ != Phase::kEnded) {
    GiveUp(SipOutcome::kStopped, "we hung up before it was answered", now);
  }
  return Finish(now);
}

SipCall::Steps SipCall::OnLost(SipOutcome outcome, std::string why, SipTime now) {
  if (ended()) return {};
  const bool again = std::exchange(lost_, true);
  if (phase_ == Phase::kUp) {
    Settle(SipOutcome::kDropped, std::move(why));
    EndTalk(now);
    Bye(now);
  } else if (phase_ != Phase::kEnding) {
    GiveUp(outcome, std::move(why), now);
  } else if (plan_.party.reliable() && !again) {
    for (const Running& each : running_) {
      if (each.transaction.open()) steps_.send.push_back(each.transaction.octets());
    }
  }
  if (plan_.party.reliable() && (again || steps_.send.empty()))
    Abandon("the connection was lost before BYE was answered");
  return Finish(now);
}

std::optional<SipTime> SipCall::wake_at() const {
  std::optional<SipTime> soonest = deadline_;
  const auto add = [&](const std::optional<SipTime>& time) {
    if (time && (!soonest || *time < *soonest)) soonest = time;
  };
  if (ended()) return std::nullopt;
  add(linger_until_);
  add(answering_.wake_at());
  for (const Running& each : running_) add(each.transaction.wake_at());
  return soonest;
}

void SipCall::Send(Role role, SipMessage request, SipTime now) {
  const Running& added =
      running_.emplace_back(Running{role, now, SipClientTransaction(std::move(request), plan_.party.reliable(), now)});
  steps_.send.push_back(added.transaction.octets());
  ++result_.sends;
  linger_until_.reset();
}

// With a Call-ID of its own: it is no part of the call.
void SipCall::Ask(SipTime now) {
  const SipParty& party = plan_.party;
  const SipParty asker = SipParty::New(party.target, party.from, party.local, party.transport);
  SipMessage request = asker.NewRequest("OPTIONS", 1);
  request.Add("Contact", party.Contact()).Add("Accept", "application/sdp");
  phase_ = Phase::kAsking;
  deadline_ = now + plan_.options_wait;
  Send(Role::kOptions, std::move(request), now);
}

void SipCall::Invite(SipTime now) {
  if (phase_ != Phase::kInviting) {
    invited_at_ = now;
    deadline_ = now + plan_.answer_wait;
  }
  phase_ = Phase::kInviting;
  invite_ = plan_.party.NewRequest("INVITE", ++cseq_);
  invite_.Add("Contact", plan_.party.Contact())
      .Add("Allow", kSipAllow)
      .Add("Supported", "timer")
      .Add("Session-Expires", fmt::format("{};refresher=uac", session_timer_));
  if (session_timer_ != kSessionTimer) invite_.Add("Min-SE", fmt::format("{}", session_timer_));
  invite_.Add("Content-Type", "application/sdp");
  invite_.body = offer_;
  authenticator_.Sign(invite_);
  Send(Role::kInvite, invite_, now);
  invite_branch_ = running_.back().transaction.branch();
}

void SipCall::Cancel(SipTime now) {
  if (Open(Role::kCancel) == nullptr) Send(Role::kCancel, NewSipCancel(invite_), now);
}

void SipCall::Bye(SipTime now) {
  EnterEnding(now);
  SipMessage request = dialog_->NewRequest(plan_.party, "BYE");
  authenticator_.Sign(request);
  Send(Role::kBye, std::move(request), now);
}

void SipCall::OnStep(Running& running, SipClientTransaction::Step step, SipTime now) {
  if (step.send) {
    result_.sends += *step.send == running.transaction.octets() ? 1 : 0;
    steps_.send.push_back(*std::move(step.send));
  }
  if (step.timed_out) OnTimeout(running.role);
  if (!step.response) return;
  if (running.role == Role::kOptions) OnOptionsResponse(running, *step.response, now);
  if (running.role == Role::kInvite) OnInviteResponse(*step.response, now);
  if (running.role == Role::kBye) OnByeResponse(*step.response, now);
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
    if (given_up_) Cancel(now);  // RFC 3261 §9.1: not before a provisional response
    return;
  }
  result_.status = status;
  if (status != 401 && status != 407) authenticator_.Accepted();
  if (status < 300) return OnAnswer(response, now);
  if (!given_up_) OnRefusal(response, now);
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
  if (!wanted || *wanted <= session_timer_ || *wanted > kMaxSessionTimer || session_timer_ != kSessionTimer)
    return false;
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
  result_.answer = JudgeSdpAnswer(plan_.offer, response.message.body);
  const SdpAnswer& answer = *result_.answer;
  if (answer.fault != SdpFault::kNone && answer.fault != SdpFault::kOneWay) {
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

void SipCall::OnTimeout(Role role) {
  if (role == Role::kBye) Settle(SipOutcome::kNotEnded, "no answer to BYE");
  if (phase_ == Phase::kAsking || phase_ == Phase::kInviting) deadline_ = SipTime::min();  // as if patience had ended
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

void SipCall::OnDeadline(SipTime now) {
  deadline_.reset();
  switch (phase_) {
    case Phase::kAsking:
      return GiveUp(SipOutcome::kSilent, Silence("OPTIONS"), now);
    case Phase::kInviting:
      if (result_.ringing_after) return GiveUp(SipOutcome::kNotAnswered, "nobody answered the call", now);
      return GiveUp(SipOutcome::kSilent, Silence("INVITE"), now);
    case Phase::kUp:
      EndTalk(now);
      return Bye(now);
    default:
      Abandon("no answer to BYE");
      phase_ = Phase::kEnded;
  }
}

// Waits for nothing more.
void SipCall::Abandon(std::string_view why) {
  if (dialog_ && !gone_) Settle(SipOutcome::kNotEnded, std::string(why));
  for (Running& each : running_) each.transaction.End();
  steps_.send.clear();
}

// The result is known; an INVITE that is out stays watched, so that whoever answers it still is hung up.
void SipCall::GiveUp(SipOutcome outcome, std::string why, SipTime now) {
  given_up_ = true;
  Settle(outcome, std::move(why));
  EnterEnding(now);
  if (Running* asking = Open(Role::kOptions)) asking->transaction.End();
  Running* inviting = Open(Role::kInvite);
  if (inviting == nullptr) return;
  inviting->transaction.Quiet();
  if (inviting->transaction.provisional()) Cancel(now);
}

void SipCall::Settle(SipOutcome outcome, std::string why) {
  if (settled_) return;
  settled_ = true;
  result_.outcome = outcome;
  result_.why = std::move(why);
  steps_.settled = true;
}

void SipCall::EnterEnding(SipTime now) {
  if (phase_ == Phase::kEnding) return;
  phase_ = Phase::kEnding;
  deadline_ = now + 2 * kSipGiveUp;
}

void SipCall::EndTalk(SipTime now) {
  result_.talked = duration_cast<base::Duration>(now - answered_at_);
}

void SipCall::Note(const SipArrival& response) {
  const SipMessage& message = response.message;
  const auto server = message.Find("Server") ? message.Find("Server") : message.Find("User-Agent");
  if (server) result_.server = base::Printable(*server, kMaxText);
  if (response.ids.via.seen) result_.seen = response.ids.via.seen;
}

std::string SipCall::Silence(std::string_view what) const {
  if (result_.unreadable == 0) return fmt::format("no answer to {}", what);
  return fmt::format("no answer to {} that is SIP ({})", what, unreadable_);
}

SipCall::Running* SipCall::Open(Role role) {
  const auto found = std::find_if(running_.begin(), running_.end(),
                                  [&](const Running& each) { return each.role == role && each.transaction.open(); });
  return found == running_.end() ? nullptr : &*found;
}

// After the last response over UDP it listens a little longer, for copies that its ACK, or its answer, must go out to.
SipCall::Steps SipCall::Finish(SipTime now) {
  const bool open =
      std::any_of(running_.begin(), running_.end(), [](const Running& each) { return each.transaction.open(); });
  if (phase_ == Phase::kEnding && !open) {
    const bool lingers = !plan_.party.reliable() && cseq_ > 0;
    if (!linger_until_) linger_until_ = now + (lingers ? kSipT4 : base::Duration(0));
    if (now >= *linger_until_) phase_ = Phase::kEnded;
  }
  steps_.ended = ended();
  return std::exchange(steps_, {});
}

}  // namespace dialwatch::probes
