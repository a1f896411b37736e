#include "probes/call/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/random.h"

namespace dialwatch::probes {
namespace {

SipTime Now() {
  return std::chrono::steady_clock::now();
}

std::string UriHost(const base::IpAddress& address) {
  return address.is_v6() ? fmt::format("[{}]", address.ToString()) : address.ToString();
}

// The port stands in the URI where it is not that of the transport (RFC 3261 §19.1.2).
std::string TargetUri(const CallSubject& subject) {
  const auto literal = base::IpAddress::Parse(subject.host);
  const std::string host = literal ? UriHost(*literal) : subject.host;
  const std::uint16_t usual = subject.transport == config::Transport::kTls ? 5061 : 5060;
  const std::string port = subject.address.port == usual ? "" : fmt::format(":{}", subject.address.port);
  return fmt::format("sip:{}@{}{}", subject.extension, host, port);
}

}  // namespace

CallSession::CallSession(EventLoop& loop, CallTurns::Turn turn, CallPlan plan, CallMedia media, Listener listener)
    : turn_(std::move(turn)),
      plan_(std::move(plan)),
      media_(std::move(media)),
      listener_(std::move(listener)),
      wire_(loop, plan_.subject.address, plan_.subject.transport, plan_.bind, plan_.tls,
            {.on_open = [this] { OnOpen(); },
             .on_message = [this](std::string_view message) { Take(call_->OnMessage(message, Now())); },
             .on_lost = [this](SipOutcome outcome, std::string why) { OnLost(outcome, std::move(why)); }}),
      alarm_(loop),
      end_(loop) {}

CallSession::~CallSession() {
  StopMedia();
}

void CallSession::Start() {
  alarm_.Start(plan_.connect_wait,
               [this] { FailEarly(SipOutcome::kUnreachable, fmt::format("waited for {}", wire_.Awaited())); });
  wire_.Open();
}

void CallSession::HangUp() {
  hurried_ = true;
  EndTalk();
}

void CallSession::EndTalk() {
  if (ended_) return;
  end_.Start(base::Duration(0), [this] {
    if (!call_) return FailEarly(SipOutcome::kStopped, "we hung up before there was a call");
    Take(call_->HangUp(Now()));
  });
}

void CallSession::OnOpen() {
  alarm_.Stop();
  media_open_ = true;
  const auto rtp = media_.open(wire_.local().address);
  if (!rtp) return FailEarly(SipOutcome::kStopped, rtp.error().what);
  const CallSubject& subject = plan_.subject;
  const std::string user = plan_.account.user.empty() ? "dialwatch" : plan_.account.user;
  const std::string from = fmt::format("sip:{}@{}", user, UriHost(wire_.local().address));
  call_.emplace(SipCallPlan{.party = SipParty::New(TargetUri(subject), from, wire_.local(), subject.transport),
                            .server = subject.address.address,
                            .account = plan_.account,
                            .offer = {.rtp = *rtp, .codecs = plan_.codecs, .session = base::Random32()},
                            .options_wait = plan_.connect_wait,
                            .answer_wait = plan_.answer_wait,
                            .talk_limit = plan_.talk_limit,
                            .linger = plan_.linger});
  Take(call_->Start(Now()));
}

void CallSession::OnLost(SipOutcome outcome, std::string why) {
  if (!call_) return FailEarly(outcome, std::move(why));
  Take(call_->OnLost(outcome, std::move(why), Now()));
}

void CallSession::Take(const SipCall::Steps& steps) {
  for (const std::string& message : steps.send) wire_.Send(message);
  if (steps.answered) media_.start(*call_->result().answer, [this] { EndTalk(); });
  if (call_->over()) StopMedia();
  if (steps.settled) Tell(call_->result());
  if (call_->ended() || (hurried_ && call_->cleared())) return End();
  SetAlarm();
}

void CallSession::SetAlarm() {
  const auto wait = std::chrono::ceil<base::Duration>(*call_->wake_at() - Now());
  alarm_.Start(std::max(wait, base::Duration(0)), [this] { Take(call_->OnTime(Now())); });
}

void CallSession::StopMedia() {
  if (std::exchange(media_open_, false)) media_.stop();
}

void CallSession::FailEarly(SipOutcome outcome, std::string why) {
  SipCallResult result;
  result.outcome = outcome;
  result.why = std::move(why);
  StopMedia();
  Tell(result);
  End();
}

void CallSession::Tell(const SipCallResult& result) {
  if (std::exchange(told_, true)) return;
  listener_.on_result({plan_.subject, plan_.round, wire_.local(), base::WallClockNow(), result});
}

// From a callback of its own, so that it may destroy this.
void CallSession::End() {
  if (std::exchange(ended_, true)) return;
  alarm_.Stop();
  wire_.Close();
  end_.Start(base::Duration(0), [ended = listener_.on_ended] { ended(); });
}

}  // namespace dialwatch::probes
