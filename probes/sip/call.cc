#include "probes/sip/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dialwatch::probes {

SipCall::SipCall(SipCallPlan plan)
    : plan_(std::move(plan)), offer_(WriteSdpOffer(plan_.offer)), authenticator_(plan_.account) {}

SipCall::Steps SipCall::Start(SipTime now) {
  if (phase_ != Phase::kReady) return {};
  Ask(now);
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
  // Nothing to send is nothing to open a connection for.
  if (plan_.party.reliable() && (again || steps_.send.empty())) {
    Abandon("the connection was lost before BYE was answered");
  }
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
  linger_until_.reset();
}

// It leaves nothing behind, whatever the answer. With a Call-ID of its own: it is no part of the call.
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

// Once: who takes it and rings on all the same has no more to hear from us.
void SipCall::Cancel(SipTime now) {
  if (!std::exchange(cancelled_, true)) Send(Role::kCancel, NewSipHopByHop(invite_, "CANCEL"), now);
}

void SipCall::Bye(SipTime now) {
  EnterEnding(now);
  SipMessage request = dialog_->NewRequest(plan_.party, "BYE");
  authenticator_.Sign(request);
  Send(Role::kBye, std::move(request), now);
}

void SipCall::OnTimeout(Role role, SipTime now) {
  if (role == Role::kBye) Settle(SipOutcome::kNotEnded, "no answer to BYE");
  if (phase_ == Phase::kAsking || phase_ == Phase::kInviting) OnDeadline(now);  // our patience has ended, too
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
  result_.talked = std::chrono::duration_cast<base::Duration>(now - answered_at_);
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
    if (!linger_until_) linger_until_ = now + (lingers ? plan_.linger : base::Duration(0));
    if (now >= *linger_until_) phase_ = Phase::kEnded;
  }
  result_.sends = 0;
  for (const Running& each : running_) result_.sends += each.transaction.sends();
  steps_.ended = ended();
  return std::exchange(steps_, {});
}

}  // namespace dialwatch::probes
