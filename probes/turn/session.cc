#include "probes/turn/session.h"

#include <fmt/format.h>

#include <set>
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

TurnSession::TurnSession(EventLoop& loop, TurnSample sample, TurnRoute route, TurnCredentials credentials)
    : loop_(loop),
      route_(std::move(route)),
      credentials_(std::move(credentials)),
      sample_(std::move(sample)),
      limit_(loop),
      later_(loop) {
  sample_.address = route_.server;
}

TurnSession::~TurnSession() {
  if (may_hold_) dialogue_->Tell(TurnMethod::kRefresh, Lifetime(0));
}

void TurnSession::Start(base::Duration deadline, std::function<void(TurnSample)> done) {
  done_ = std::move(done);
  latest_ = std::min(TurnTraffic::kLatest, deadline / 8);
  linger_ = std::min(kLinger, deadline / 8);
  limit_.Start(deadline - linger_, [this] { OutOfTime(); });
  Enter(TurnStep::kConnect);
  auto traffic = TurnTraffic::Open(loop_, v6(), route_.bind);
  if (!traffic) return Finish(TurnOutcome::kUnreachable, traffic.error().what);
  traffic_ = *std::move(traffic);
  Connect();
}

void TurnSession::Enter(TurnStep step) {
  EndStep();
  sample_.step = step;
  step_began_ = std::chrono::steady_clock::now();
}

void TurnSession::EndStep() {
  if (!step_began_) return;
  const auto took = std::chrono::steady_clock::now() - *std::exchange(step_began_, std::nullopt);
  sample_.steps.push_back({sample_.step, std::chrono::duration_cast<std::chrono::microseconds>(took)});
}

void TurnSession::Connect() {
  const TurnListener listener{.on_open = [this] { Allocate(); },
                              .on_message = [this](std::span<const std::uint8_t> octets) { Take(octets); },
                              .on_failure = [this](const TurnFailure& why) { OnLinkFailed(why); }};
  link_ = stream() ? NewStreamLink(loop_, route_, listener) : NewUdpLink(loop_, route_, listener);
  link_->Open();
}

// Nothing more can be said on it, so nobody waits for an answer.
void TurnSession::OnLinkFailed(const TurnFailure& why) {
  may_hold_ = false;
  if (ended_) return ReportLater();
  Finish(why.outcome, why.what);
}

void TurnSession::Allocate() {
  if (ended_) return;
  Enter(TurnStep::kAllocate);
  dialogue_.emplace(loop_, credentials_, stream(),
                    [this](std::span<const std::uint8_t> octets) { link_->Send(octets); });
  traffic_->far_end().AskMapping(route_.server);
  may_hold_ = true;
  const auto fill = [v6 = v6()](TurnWriter& request) {
    request.Add(TurnAttribute::kRequestedTransport, kUdp);
    if (v6) request.Add(TurnAttribute::kRequestedAddressFamily, kFamilyIpv6);
  };
  dialogue_->Ask(TurnMethod::kAllocate, fill, [this](const TurnReply& reply) { OnAllocated(reply); });
}

void TurnSession::OnAllocated(const TurnReply& reply) {
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
  Permit();
}

// From the loop, since the old link is what told of it.
void TurnSession::Redirect(const base::Endpoint& other) {
  redirected_ = true;
  route_.server = sample_.address = other;
  later_.Start(0ms, [this] {
    dialogue_.reset();
    Enter(TurnStep::kConnect);
    Connect();
  });
}

// A permission is for an address whatever the port (RFC 8656 §9), so that of our first socket will do, unless a NAT
// gives the second one another.
void TurnSession::Permit() {
  Enter(TurnStep::kPermit);
  std::set<base::Endpoint> peers{*sample_.mapped};
  if (const auto& mapped = traffic_->far_end().mapped(); mapped && mapped->address != sample_.mapped->address) {
    peers.insert(*mapped);
  }
  const auto fill = [peers](TurnWriter& request) {
    for (const base::Endpoint& peer : peers) request.AddXor(TurnAttribute::kXorPeerAddress, peer);
  };
  dialogue_->Ask(TurnMethod::kCreatePermission, fill, [this](const TurnReply& reply) {
    if (Granted(reply)) Flow(TurnStep::kData);
  });
}

void TurnSession::Bind() {
  Enter(TurnStep::kBind);
  const auto fill = [peer = *traffic_->peer()](TurnWriter& request) {
    request.Add(TurnAttribute::kChannelNumber, kChannel).AddXor(TurnAttribute::kXorPeerAddress, peer);
  };
  dialogue_->Ask(TurnMethod::kChannelBind, fill, [this](const TurnReply& reply) {
    if (Granted(reply)) Flow(TurnStep::kChannelData);
  });
}

void TurnSession::Refresh() {
  Enter(TurnStep::kRefresh);
  dialogue_->Ask(TurnMethod::kRefresh, Lifetime(kLifetime), [this](const TurnReply& reply) {
    if (Granted(reply)) GiveBack();
  });
}

void TurnSession::GiveBack() {
  Enter(TurnStep::kRelease);
  dialogue_->Ask(TurnMethod::kRefresh, Lifetime(0), [this](const TurnReply& reply) {
    const bool gone = reply.granted || reply.error_code == kAllocationMismatch;
    may_hold_ = !gone;
    if (gone || Granted(reply)) Finish(TurnOutcome::kRelayed, "");
  });
}

// Ends the turn where it was not.
bool TurnSession::Granted(const TurnReply& reply) {
  if (reply.granted) return true;
  sample_.error_code = reply.error_code;
  Finish(reply.outcome, reply.error);
  return false;
}

void TurnSession::Flow(TurnStep step) {
  Enter(step);
  traffic_->Start(
      {.relayed = *sample_.relayed,
       .ours = sample_.mapped->address,
       .latest = latest_,
       .send_out = [this](const base::Endpoint& to, const TurnPackets::Packet& packet) { SendOut(to, packet); },
       .done = [this] { OnFlown(); }});
}

void TurnSession::SendOut(const base::Endpoint& to, const TurnPackets::Packet& packet) {
  if (sample_.step == TurnStep::kChannelData) {
    link_->Send(WriteChannelData({kFirstChannel, packet}, stream()));
  } else {
    TurnWriter indication(TurnMethod::kSend, TurnClass::kIndication, NewTransactionId());
    indication.AddXor(TurnAttribute::kXorPeerAddress, to).Add(TurnAttribute::kData, packet);
    link_->Send(std::move(indication).Finish());
  }
}

void TurnSession::OnFlown() {
  if (std::string silence = traffic_->DescribeSilence(); !silence.empty()) {
    return Finish(TurnOutcome::kNoData, std::move(silence));
  }
  if (sample_.step == TurnStep::kData) return Bind();
  Refresh();
}

void TurnSession::Take(std::span<const std::uint8_t> octets) {
  if (const auto data = ReadChannelData(octets)) {
    if (!ended_ && sample_.step == TurnStep::kChannelData && data->channel == kFirstChannel) {
      traffic_->TakeBack(data->data, std::nullopt);
    }
    return;
  }
  const auto message = TurnMessage::Read(octets);
  if (!message) return;  // a better one may follow: anyone on the way can forge one
  if (message->kind() == TurnClass::kIndication) return TakeIndication(*message);
  if (dialogue_) dialogue_->Take(*message);
}

void TurnSession::TakeIndication(const TurnMessage& message) {
  const bool data_step = !ended_ && sample_.step == TurnStep::kData;
  if (!data_step || message.method() != static_cast<std::uint16_t>(TurnMethod::kData)) return;
  const auto data = message.Find(TurnAttribute::kData);
  const auto from = message.FindXor(TurnAttribute::kXorPeerAddress);
  if (data && from) traffic_->TakeBack(*data, from);
}

void TurnSession::OutOfTime() {
  if (!dialogue_) return Finish(TurnOutcome::kTimeout, fmt::format("{} took too long", link_->Awaited()));
  const TurnReply reply = dialogue_->SoFar();
  Finish(reply.outcome, reply.error);
}

void TurnSession::Finish(TurnOutcome outcome, std::string error) {
  if (std::exchange(ended_, true)) return;
  limit_.Stop();
  EndStep();
  if (traffic_) {
    traffic_->Stop();
    sample_.out = traffic_->out();
    sample_.back = traffic_->back();
  }
  if (dialogue_) {
    dialogue_->Stop();
    sample_.rtt = dialogue_->rtt();
  }
  sample_.outcome = outcome;
  sample_.error = std::move(error);
  if (route_.tls && (dialogue_ || outcome == TurnOutcome::kTlsFailed)) {
    sample_.certificate_expires = route_.tls->certificate_expires();
  }
  if (may_hold_) return Release();
  ReportLater();
}

// A relay keeps what it gave for ten minutes, and counts it; it may have given it though its answer was lost.
void TurnSession::Release() {
  later_.Start(linger_, [this] { Report(); });
  dialogue_->Ask(TurnMethod::kRefresh, Lifetime(0), [this](const TurnReply&) {
    may_hold_ = false;
    ReportLater();
  });
}

void TurnSession::ReportLater() {
  later_.Start(0ms, [this] { Report(); });
}

void TurnSession::Report() {
  if (dialogue_) dialogue_->Stop();
  may_hold_ = false;
  sample_.at = base::WallClockNow();
  const auto done = std::move(done_);
  done(std::move(sample_));
}

}  // namespace dialwatch::probes
