#include "probes/turn/dialogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "probes/stun/retransmit.h"

namespace dialwatch::probes {
namespace {

using std::chrono::steady_clock;

constexpr int kMostChallenges = 5;  // a turn: the first 401, and a few nonces that have gone stale

constexpr int kUnauthenticated = 401, kWrongCredentials = 441;   // RFC 8489 §9.2.4, RFC 8656 §19
constexpr int kStaleNonce = 438;                                 // RFC 8489 §9.2.4
constexpr int kQuotaReached = 486, kInsufficientCapacity = 508;  // RFC 8656 §19
constexpr std::size_t kLongestRealm = 763, kLongestNonce = 763;  // RFC 8489 §14.9, §14.10: octets

TurnOutcome OutcomeOf(int code) {
  switch (code) {
    case kUnauthenticated:
    case kWrongCredentials:
      return TurnOutcome::kUnauthorized;
    case kQuotaReached:
    case kInsufficientCapacity:
      return TurnOutcome::kQuota;
    default:
      return TurnOutcome::kErrorResponse;
  }
}

TurnReply Malformed(std::string why) {
  return {.outcome = TurnOutcome::kMalformed, .error = std::move(why)};
}

}  // namespace

TurnDialogue::TurnDialogue(EventLoop& loop, TurnCredentials credentials, bool reliable, Send send)
    : credentials_(std::move(credentials)), reliable_(reliable), send_(std::move(send)), timer_(loop) {}

void TurnDialogue::Ask(TurnMethod method, Fill fill, Done done) {
  open_ = Request{};
  open_->method = method;
  open_->fill = std::move(fill);
  open_->done = std::move(done);
  open_->so_far.error = "no answer";
  SendAnew();
}

void TurnDialogue::Tell(TurnMethod method, const Fill& fill) {
  send_(Write(method, fill, NewTransactionId()));
}

void TurnDialogue::Stop() {
  timer_.Stop();
  open_.reset();
}

TurnReply TurnDialogue::SoFar() const {
  return open_ ? open_->so_far : TurnReply{.error = "the turn took too long"};
}

std::vector<std::uint8_t> TurnDialogue::Write(TurnMethod method, const Fill& fill, const TransactionId& id) const {
  TurnWriter writer(method, TurnClass::kRequest, id);
  fill(writer);
  if (!key_.empty()) {
    writer.Add(TurnAttribute::kUsername, credentials_.username)
        .Add(TurnAttribute::kRealm, realm_)
        .Add(TurnAttribute::kNonce, nonce_);
  }
  return std::move(writer).Finish(key_);
}

// What is signed differently is another request, with an ID of its own (RFC 8489 §9.2.5).
void TurnDialogue::SendAnew() {
  open_->id = NewTransactionId();
  open_->octets = Write(open_->method, open_->fill, open_->id);
  open_->is_signed = !key_.empty();
  open_->sends = 0;
  open_->began_at = steady_clock::now();
  Step();
}

void TurnDialogue::Step() {
  Request& open = *open_;
  if (open.sends == RetransmitSchedule::kSends) return End(TurnReply(open.so_far));
  if (!reliable_ || open.sends == 0) {
    open.sent_at = steady_clock::now();
    send_(open.octets);
  }
  open.sends = reliable_ ? RetransmitSchedule::kSends : open.sends + 1;
  const auto due = RetransmitSchedule::SendAt(open.sends).value_or(RetransmitSchedule::GiveUpAt());
  const auto wait = std::chrono::ceil<base::Duration>(open.began_at + due - steady_clock::now());
  timer_.Start(std::max(wait, base::Duration(0)), [this] { Step(); });
}

void TurnDialogue::Take(const TurnMessage& message) {
  if (!open_ || message.id() != open_->id || message.method() != static_cast<std::uint16_t>(open_->method)) return;
  if (message.kind() == TurnClass::kRequest || message.kind() == TurnClass::kIndication) {
    open_->so_far = Malformed("our request came back instead of an answer");
    return;
  }
  const bool once = reliable_ || open_->sends == 1;
  if (once && !rtt_) {
    rtt_ = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - open_->sent_at);
  }
  if (message.kind() == TurnClass::kError) return TakeError(message);
  if (open_->is_signed && !message.IsSigned(key_)) {  // RFC 8489 §9.2.5: as if it had not come
    open_->so_far = Malformed("its answer is not signed with our password");
    return;
  }
  End({.granted = true, .message = &message});
}

// Errors are not always signed: a server that cannot tell who asks has no key to sign with.
void TurnDialogue::TakeError(const TurnMessage& message) {
  const auto error = message.FindError();
  if (!error) {
    open_->so_far = Malformed("an error without a code");
    return;
  }
  const bool first = error->code == kUnauthenticated && !open_->is_signed;
  if ((first || error->code == kStaleNonce) && challenges_ < kMostChallenges) {
    ++challenges_;
    if (Challenge(message)) return SendAnew();
    open_->so_far = Malformed(fmt::format("an error {} without a realm or a nonce", error->code));
    return;
  }
  End({.outcome = OutcomeOf(error->code), .error_code = error->code, .error = error->reason, .message = &message});
}

// Takes up what the next request is to be signed with; false where it is not there, or too long.
bool TurnDialogue::Challenge(const TurnMessage& message) {
  const auto realm = message.FindText(TurnAttribute::kRealm);
  const auto nonce = message.FindText(TurnAttribute::kNonce);
  if (!nonce || nonce->size() > kLongestNonce) return false;
  if (realm ? realm->size() > kLongestRealm : realm_.empty()) return false;
  if (realm) realm_ = *realm;
  nonce_ = *nonce;
  key_ = LongTermKey(credentials_, realm_);
  return !key_.empty();
}

void TurnDialogue::End(const TurnReply& reply) {
  timer_.Stop();
  const Done done = std::move(open_->done);
  open_.reset();
  done(reply);
}

}  // namespace dialwatch::probes
