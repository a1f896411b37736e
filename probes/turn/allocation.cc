#include "probes/turn/allocation.h"

#include <fmt/format.h>

#include <utility>

namespace dialwatch::probes {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kUdp = 17u << 24;                // RFC 8656 §18.8: the protocol, and three octets of nothing
constexpr std::uint32_t kFamilyIpv6 = 2u << 24;          // RFC 8656 §18.6
constexpr std::uint32_t kLifetime = 600;                 // s; RFC 8656 §3.2: the usual one
constexpr std::uint32_t kChannel = kFirstChannel << 16;  // RFC 8656 §18.1
constexpr std::uint16_t kFirstUserPort = 1024;           // RFC 6335 §6: below it services live, and no calls
constexpr int kTryAlternate = 300;                       // RFC 8489 §10
constexpr int kAllocationMismatch = 437;  // RFC 8656 §19: there is none; to a release that came twice, too

// Until a release is answered: a nonce gone stale takes two round trips, a lost packet a second try after 500 ms.
constexpr base::Duration kLinger{1500};

// A server on the internet has no business with our own networks: what it names goes there only where it lies there.
bool MayName(const base::Endpoint& server, const base::Endpoint& named) {
  return named.port != 0 && named.address.is_v6() == server.address.is_v6() &&
         (server.address.IsSpecialPurpose() || !named.address.IsSpecialPurpose());
}

TurnDialogue::Fill Lifetime(std::uint32_t seconds) {
  return [seconds](TurnWriter& request) { request.Add(TurnAttribute::kLifetime, seconds); };
}

}  // namespace

TurnAllocation::TurnAllocation(EventLoop& loop, TurnSample sample, TurnRoute route, TurnCredentials credentials,
                               User user)
    : loop_(loop),
      route_(std::move(route)),
      credentials_(std::move(credentials)),
      user_(std::move(user)),
      sample_(std::move(sample)),
      limit_(loop),
      later_(loop) {
  sample_.address = route_.server;
}

TurnAllocation::~TurnAllocation() {
  if (may_hold_) dialogue_->Tell(TurnMethod::kRefresh, Lifetime(0));
}

void TurnAllocation::Start(base::Duration deadline) {
  linger_ = std::min(kLinger, deadline / 8);
  limit_.Start(deadline - linger_, [this] { OutOfTime(); });
  Enter(TurnStep::kConnect);
  Connect();
}

void TurnAllocation::Enter(TurnStep step) {
  EndStep();
  sample_.step = step;
  step_began_ = std::chrono::steady_clock::now();
}

void TurnAllocation::EndStep() {
  if (!step_began_) return;
  const auto took = std::chrono::steady_clock::now() - *std::exchange(step_began_, std::nullopt);
  sample_.steps.push_back({sample_.step, std::chrono::duration_cast<std::chrono::microseconds>(took)});
}

void TurnAllocation::Connect() {
  const TurnListener listener{.on_open = [this] { Allocate(); },
                              .on_message = [this](std::span<const std::uint8_t> octets) { Take(octets); },
                              .on_failure = [this](const TurnFailure& why) { OnLinkFailed(why); }};
  link_ = stream() ? NewStreamLink(loop_, route_, listener) : NewUdpLink(loop_, route_, listener);
  link_->Open();
}

// Nothing more can be said on it, so nobody waits for an answer.
void TurnAllocation::OnLinkFailed(const TurnFailure& why) {
  may_hold_ = false;
  if (ended_) return CloseLater();
  Finish(why.outcome, why.what);
}

void TurnAllocation::Allocate() {
  if (ended_) return;
  Enter(TurnStep::kAllocate);
  dialogue_.emplace(loop_, credentials_, stream(),
                    [this](std::span<const std::uint8_t> octets) { link_->Send(octets); });
  may_hold_ = true;
  const auto fill = [v6 = v6()](TurnWriter& request) {
    request.Add(TurnAttribute::kRequestedTransport, kUdp);
    if (v6) request.Add(TurnAttribute::kRequestedAddressFamily, kFamilyIpv6);
  };
  dialogue_->Ask(TurnMethod::kAllocate, fill, [this](const TurnReply& reply) { OnAllocated(reply); });
}

void TurnAllocation::OnAllocated(const TurnReply& reply) {
  if (reply.error_code != 0) may_hold_ = false;
  if (reply.error_code == kTryAlternate && !redirected_) {
    const auto other = reply.message->FindAddress(TurnAttribute::kAlternateServer);
    if (other && MayName(route_.server, *other)) return Redirect(*other);
  }
  if (!Granted(reply)) return;
  sample_.relayed = reply.message->FindXor(TurnAttribute::kXorRelayedAddress);
  sample_.mapped = reply.message->FindXor(TurnAttribute::kXorMappedAddress);
  if (!sample_.relayed) return Finish(TurnOutcome::kMalformed, "the allocation has no relayed address");
  if (!sample_.mapped) return Finish(TurnOutcome::kMalformed, "the allocation has no mapped address");
  if (!MayName(route_.server, *sample_.relayed)) {
    return Finish(TurnOutcome::kNoData, "nobody outside can send to the relayed address");
  }
  if (sample_.relayed->port < kFirstUserPort) {
    return Finish(TurnOutcome::kNoData, "the relayed address has a port below 1024, where no call can be");
  }
  user_.on_granted();
}

// From the loop, since the old link is what told of it.
void TurnAllocation::Redirect(const base::Endpoint& other) {
  redirected_ = true;
  route_.server = sample_.address = other;
  later_.Start(0ms, [this] {
    dialogue_.reset();
    Enter(TurnStep::kConnect);
    Connect();
  });
}

void TurnAllocation::Permit(const std::set<base::Endpoint>& peers, Then then) {
  Enter(TurnStep::kPermit);
  const auto fill = [peers](TurnWriter& request) {
    for (const base::Endpoint& peer : peers) request.AddXor(TurnAttribute::kXorPeerAddress, peer);
  };
  dialogue_->Ask(TurnMethod::kCreatePermission, fill, IfGranted(std::move(then)));
}

void TurnAllocation::Bind(const base::Endpoint& peer, Then then) {
  Enter(TurnStep::kBind);
  const auto fill = [peer](TurnWriter& request) {
    request.Add(TurnAttribute::kChannelNumber, kChannel).AddXor(TurnAttribute::kXorPeerAddress, peer);
  };
  dialogue_->Ask(TurnMethod::kChannelBind, fill, IfGranted(std::move(then)));
}

void TurnAllocation::Refresh(Then then) {
  Enter(TurnStep::kRefresh);
  dialogue_->Ask(TurnMethod::kRefresh, Lifetime(kLifetime), IfGranted(std::move(then)));
}

void TurnAllocation::GiveBack() {
  Enter(TurnStep::kRelease);
  dialogue_->Ask(TurnMethod::kRefresh, Lifetime(0), [this](const TurnReply& reply) {
    const bool gone = reply.granted || reply.error_code == kAllocationMismatch;
    may_hold_ = !gone;
    if (gone || Granted(reply)) Finish(TurnOutcome::kRelayed, "");
  });
}

TurnDialogue::Done TurnAllocation::IfGranted(Then then) {
  return [this, then = std::move(then)](const TurnReply& reply) {
    if (Granted(reply)) then();
  };
}

bool TurnAllocation::Granted(const TurnReply& reply) {
  if (reply.granted) return true;
  sample_.error_code = reply.error_code;
  Finish(reply.outcome, reply.error);
  return false;
}

void TurnAllocation::Indicate(const base::Endpoint& to, std::span<const std::uint8_t> data) {
  TurnWriter indication(TurnMethod::kSend, TurnClass::kIndication, NewTransactionId());
  indication.AddXor(TurnAttribute::kXorPeerAddress, to).Add(TurnAttribute::kData, data);
  link_->Send(std::move(indication).Finish());
}

void TurnAllocation::SendOnChannel(std::span<const std::uint8_t> data) {
  link_->Send(WriteChannelData({kFirstChannel, data}, stream()));
}

void TurnAllocation::Take(std::span<const std::uint8_t> octets) {
  if (const auto data = ReadChannelData(octets)) {
    const bool heard = !ended_ && sample_.step == TurnStep::kChannelData && data->channel == kFirstChannel;
    if (heard) user_.on_data(data->data, std::nullopt);
    return;
  }
  const auto message = TurnMessage::Read(octets);
  if (!message) return;  // a better one may follow: anyone on the way can forge one
  if (message->kind() == TurnClass::kIndication) return TakeIndication(*message);
  if (dialogue_) dialogue_->Take(*message);
}

void TurnAllocation::TakeIndication(const TurnMessage& message) {
  const bool data_step = !ended_ && sample_.step == TurnStep::kData;
  if (!data_step || message.method() != static_cast<std::uint16_t>(TurnMethod::kData)) return;
  const auto data = message.Find(TurnAttribute::kData);
  const auto from = message.FindXor(TurnAttribute::kXorPeerAddress);
  if (data && from) user_.on_data(*data, from);
}

void TurnAllocation::OutOfTime() {
  if (!dialogue_) return Finish(TurnOutcome::kTimeout, fmt::format("{} took too long", link_->Awaited()));
  const TurnReply reply = dialogue_->SoFar();
  Finish(reply.outcome, reply.error);
}

void TurnAllocation::Finish(TurnOutcome outcome, std::string error) {
  if (std::exchange(ended_, true)) return;
  limit_.Stop();
  EndStep();
  if (dialogue_) {
    dialogue_->Stop();
    sample_.rtt = dialogue_->rtt();
  }
  sample_.outcome = outcome;
  sample_.error = std::move(error);
  if (route_.tls && (dialogue_ || outcome == TurnOutcome::kTlsFailed)) {
    sample_.certificate_expires = route_.tls->certificate_expires();
  }
  user_.on_over(sample_);
  if (may_hold_) return Release();
  CloseLater();
}

// A relay keeps what it gave for ten minutes, and counts it; it may have given it though its answer was lost.
void TurnAllocation::Release() {
  later_.Start(linger_, [this] { Close(); });
  dialogue_->Ask(TurnMethod::kRefresh, Lifetime(0), [this](const TurnReply&) {
    may_hold_ = false;
    CloseLater();
  });
}

void TurnAllocation::CloseLater() {
  later_.Start(0ms, [this] { Close(); });
}

void TurnAllocation::Close() {
  if (dialogue_) dialogue_->Stop();
  may_hold_ = false;
  sample_.at = base::WallClockNow();
  const auto closed = user_.on_closed;  // may outlive us
  closed(std::move(sample_));
}

}  // namespace dialwatch::probes
