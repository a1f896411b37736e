#include "probes/call_probe.h"

#include <fmt/format.h>

#include <utility>

#include "config/secret_file.h"
#include "probes/reachable.h"

namespace dialwatch::probes {
namespace {

using std::chrono::steady_clock;

// Both, for a dialer that takes only one; what [media] says is asked for first.
std::vector<AudioCodec> CodecsOf(const config::Media& media) {
  if (media.codec == "pcma") return {AudioCodec::kPcma, AudioCodec::kPcmu};
  return {AudioCodec::kPcmu, AudioCodec::kPcma};
}

// Who is asked again with a wrong password bans us, and a call that does not end takes another channel.
bool IsDoubtful(const EchoCallSample& sample) {
  switch (sample.call.result.outcome) {
    case SipOutcome::kCompleted:
      return !sample.talk || (sample.talk->outcome != RtpOutcome::kOk && sample.talk->outcome != RtpOutcome::kDegraded);
    case SipOutcome::kStopped:
    case SipOutcome::kUnauthorized:
    case SipOutcome::kNoPassword:
    case SipOutcome::kNotEnded:
      return false;
    default:
      return true;
  }
}

}  // namespace

CallProbe::CallProbe(Asker& asker, const AnswerBook& answers, Switchboard& board, config::Call call)
    : asker_(asker), answers_(answers), board_(board), settings_(std::move(call)) {}

CallProbe::~CallProbe() {
  if (call_) board_.NoteLeft();
}

void CallProbe::Start(const Turn& turn) {
  const config::SipTarget& target = settings_.target;
  if (const auto literal = base::IpAddress::Parse(target.host)) {
    places_ = {AnswerBook::Address{*literal}};
  } else {
    const auto found = ReachableAddresses(answers_, target.host, target.PortOrDefault(), kMostAddresses);
    places_.assign(found.begin(), found.end());
  }
  if (hung_up_ || places_.empty()) return;
  authority_known_ = places_.front().by_authority;  // they are first
  again_.clear();
  ++round_;
  if (!Prepare()) return;
  turn_ = turn;
  end_ = steady_clock::now() + settings_.interval * 9 / 10;
  CallNext();
}

// Reads the password anew. The certificate is held against the configured name, wherever that leads.
base::Status CallProbe::Prepare() {
  account_ = {.user = settings_.username, .realm = settings_.realm};
  if (!settings_.password_file.empty()) {
    const std::string path = LocateSecret(settings_.password_file, config::SecretFoldersOf(*asker_.settings));
    auto password = config::ReadSecretLine(path);
    if (!password) {
      TellUnsent(SipOutcome::kNoPassword, fmt::format("{}: {}", path, password.error().what));
      return password.error();
    }
    account_.password = *std::move(password);
  }
  if (settings_.target.transport != config::Transport::kTls || tls_) return {};
  const auto literal = base::IpAddress::Parse(settings_.target.host);
  auto made =
      TlsPeer::Make(literal ? *literal : base::IpAddress(), literal ? "" : settings_.target.host, TlsPeer::Use::kRelay);
  if (!made) {
    TellUnsent(SipOutcome::kTlsFailed, made.error().what);
    return made.error();
  }
  tls_ = *std::move(made);
  return {};
}

void CallProbe::CallNext() {
  call_.reset();
  const auto now = steady_clock::now();
  if (!hung_up_ && !places_.empty() && now < end_) {
    if (auto right = board_.Take(settings_.dialer, now)) return Call(*std::move(right));
  }
  turn_.reset();
  hanging_up_.reset();
}

void CallProbe::Call(CallTurns::Turn right) {
  const config::Media& media = asker_.settings->media;
  const AnswerBook::Address place = places_.front();
  places_.pop_front();
  CallPlan plan;
  plan.subject = SubjectAt(place);
  plan.round = round_;
  if (IsToldThePassword(place)) plan.account = account_;
  plan.bind = asker_.settings->vantage.bind;
  plan.tls = tls_;
  plan.codecs = CodecsOf(media);
  call_ = std::make_unique<EchoCall>(asker_.loop, std::move(right), std::move(plan), TalkPlan{.dscp = media.dscp},
                                     EchoCall::Listener{.on_result =
                                                            [this, place](const EchoCallSample& sample) {
                                                              if (!hung_up_) Take(place, sample);
                                                            },
                                                        .on_ended = [this] { CallNext(); }});
  call_->Start();
}

// A resolver that lies must not get hashes to search the password in, nor a call that it can pass on as its own. A
// certificate tells who answers.
bool CallProbe::IsToldThePassword(const AnswerBook::Address& place) const {
  return !authority_known_ || place.by_authority || settings_.target.transport == config::Transport::kTls;
}

void CallProbe::Take(const AnswerBook::Address& place, const EchoCallSample& sample) {
  if (IsDoubtful(sample) && again_.insert(place.address).second) places_.push_back(place);
  asker_.sink(sample);
}

void CallProbe::HangUp(const Turn& turn) {
  hung_up_ = true;
  if (!call_) return;
  hanging_up_ = turn;
  call_->HangUp();
}

CallSubject CallProbe::SubjectAt(const AnswerBook::Address& place) const {
  return {.dialer = settings_.dialer,
          .host = settings_.target.host,
          .resolved_via = place.resolvers,
          .by_authority = place.by_authority,
          .address = {place.address, settings_.target.PortOrDefault()},
          .transport = settings_.target.transport,
          .extension = settings_.extension};
}

void CallProbe::TellUnsent(SipOutcome outcome, std::string why) {
  EchoCallSample unsent;
  unsent.call.subject = SubjectAt({});
  unsent.call.subject.address = {};
  unsent.call.round = round_;
  unsent.call.at = base::WallClockNow();
  unsent.call.result.outcome = outcome;
  unsent.call.result.why = std::move(why);
  asker_.sink(std::move(unsent));
}

}  // namespace dialwatch::probes
