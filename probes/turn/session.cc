#include "probes/turn/session.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "probes/turn/dialogue.h"
#include "probes/turn/traffic.h"

namespace dialwatch::probes {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kUdp = 17u << 24;                // RFC 8656 §18.8: the protocol, and three octets of nothing
constexpr std::uint32_t kFamilyIpv6 = 2u << 24;          // RFC 8656 §18.6
constexpr std::uint32_t kLifetime = 600;                 // s; RFC 8656 §3.2: the usual one
constexpr std::uint32_t kChannel = kFirstChannel << 16;  // RFC 8656 §18.1
constexpr int kTryAlternate = 300;                       // RFC 8489 §10
constexpr int kAllocationMismatch = 437;  // RFC 8656 §19: there is none; to a release that came twice, too

// A server on the internet has no business with our own networks: what it names goes there only where it lies there.
bool MayName(const base::Endpoint& server, const base::Endpoint& named) {
  return named.port != 0 && named.address.is_v6() == server.address.is_v6() &&
         (server.address.IsSpecialPurpose() || !named.address.IsSpecialPurpose());
}

}  // namespace

class TurnSession::Impl {
 public:
  Impl(EventLoop& loop, TurnSample sample, TurnRoute route, TurnCredentials credentials)
      : loop_(loop),
        route_(std::move(route)),
        credentials_(std::move(credentials)),
        sample_(std::move(sample)),
        limit_(loop),
        later_(loop) {
    sample_.address = route_.server;
  }

  ~Impl() { Release(); }

  void Start(base::Duration deadline, std::function<void(TurnSample)> done) {
    done_ = std::move(done);
    latest_ = std::min(TurnTraffic::kLatest, deadline / 8);
    limit_.Start(deadline, [this] { OutOfTime(); });
    Enter(TurnStep::kConnect);
    auto traffic = TurnTraffic::Open(loop_, v6(), route_.bind);
    if (!traffic) return Finish(TurnOutcome::kUnreachable, traffic.error().what);
    traffic_ = *std::move(traffic);
    Connect();
  }

 private:
  bool v6() const { return route_.server.address.is_v6(); }
  bool stream() const { return route_.transport != config::Transport::kUdp; }

  void Enter(TurnStep step) {
    EndStep();
    sample_.step = step;
    step_began_ = std::chrono::steady_clock::now();
  }

  void EndStep() {
    if (!step_began_) return;
    const auto took = std::chrono::steady_clock::now() - *std::exchange(step_began_, std::nullopt);
    sample_.steps.push_back({sample_.step, std::chrono::duration_cast<std::chrono::microseconds>(took)});
  }

  void Connect() {
    const TurnListener listener{.on_open = [this] { Allocate(); },
                                .on_message = [this](std::span<const std::uint8_t> octets) { Take(octets); },
                                .on_failure = [this](const TurnFailure& why) { Finish(why.outcome, why.what); }};
    link_ = stream() ? NewStreamLink(loop_, route_, listener) : NewUdpLink(loop_, route_, listener);
    link_->Open();
  }

  void Allocate() {
    if (ended_) return;
    Enter(TurnStep::kAllocate);
    dialogue_.emplace(loop_, credentials_, stream(),
                      [this](std::span<const std::uint8_t> octets) { link_->Send(octets); });
    traffic_->far_end().AskMapping(route_.server);
    const auto fill = [v6 = v6()](TurnWriter& request) {
      request.Add(TurnAttribute::kRequestedTransport, kUdp);
      if (v6) request.Add(TurnAttribute::kRequestedAddressFamily, kFamilyIpv6);
    };
    dialogue_->Ask(TurnMethod::kAllocate, fill, [this](const TurnReply& reply) { OnAllocated(reply); });
  }

  void OnAllocated(const TurnReply& reply) {
    if (reply.error_code == kTryAlternate && !redirected_) {
      const auto other = reply.message->FindAddress(TurnAttribute::kAlternateServer);
      if (other && MayName(route_.server, *other)) return Redirect(*other);
    }
    if (!Granted(reply)) return;
    allocated_ = true;
    sample_.relayed = reply.message->FindXor(TurnAttribute::kXorRelayedAddress);
    sample_.mapped = reply.message->FindXor(TurnAttribute::kXorMappedAddress);
    if (!sample_.relayed) return Finish(TurnOutcome::kMalformed, "the allocation has no relayed address");
    if (!sample_.mapped) return Finish(TurnOutcome::kMalformed, "the allocation has no mapped address");
    if (!MayName(route_.server, *sample_.relayed)) {
      return Finish(TurnOutcome::kNoData, "nobody outside can send to the relayed address");
    }
    Permit();
  }

  // From the loop, since the old link is what told of it.
  void Redirect(const base::Endpoint& other) {
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
  void Permit() {
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

  void Bind() {
    Enter(TurnStep::kBind);
    const auto fill = [peer = *traffic_->peer()](TurnWriter& request) {
      request.Add(TurnAttribute::kChannelNumber, kChannel).AddXor(TurnAttribute::kXorPeerAddress, peer);
    };
    dialogue_->Ask(TurnMethod::kChannelBind, fill, [this](const TurnReply& reply) {
      if (Granted(reply)) Flow(TurnStep::kChannelData);
    });
  }

  void Refresh() {
    Enter(TurnStep::kRefresh);
    dialogue_->Ask(
        TurnMethod::kRefresh, [](TurnWriter& request) { request.Add(TurnAttribute::kLifetime, kLifetime); },
        [this](const TurnReply& reply) {
          if (Granted(reply)) GiveBack();
        });
  }

  void GiveBack() {
    Enter(TurnStep::kRelease);
    dialogue_->Ask(
        TurnMethod::kRefresh, [](TurnWriter& request) { request.Add(TurnAttribute::kLifetime, std::uint32_t{0}); },
        [this](const TurnReply& reply) {
          if (reply.error_code != kAllocationMismatch && !Granted(reply)) return;
          allocated_ = false;
          Finish(TurnOutcome::kRelayed, "");
        });
  }

  // Says so once, where it was not said yet: a relay keeps what it gave for ten minutes, and counts it.
  void Release() {
    if (!std::exchange(allocated_, false)) return;
    dialogue_->Stop();
    dialogue_->Tell(TurnMethod::kRefresh,
                    [](TurnWriter& request) { request.Add(TurnAttribute::kLifetime, std::uint32_t{0}); });
  }

  // Ends the turn where it was not.
  bool Granted(const TurnReply& reply) {
    if (reply.outcome == TurnOutcome::kRelayed) return true;
    sample_.error_code = reply.error_code;
    Finish(reply.outcome, reply.error);
    return false;
  }

  void Flow(TurnStep step) {
    Enter(step);
    traffic_->Start(
        {.relayed = *sample_.relayed,
         .ours = sample_.mapped->address,
         .latest = latest_,
         .send_out = [this](const base::Endpoint& to, const TurnPackets::Packet& packet) { SendOut(to, packet); },
         .done = [this] { OnFlown(); }});
  }

  void SendOut(const base::Endpoint& to, const TurnPackets::Packet& packet) {
    if (sample_.step == TurnStep::kChannelData) {
      link_->Send(WriteChannelData({kFirstChannel, packet}, stream()));
    } else {
      TurnWriter indication(TurnMethod::kSend, TurnClass::kIndication, NewTransactionId());
      indication.AddXor(TurnAttribute::kXorPeerAddress, to).Add(TurnAttribute::kData, packet);
      link_->Send(std::move(indication).Finish());
    }
  }

  void OnFlown() {
    if (std::string silence = traffic_->DescribeSilence(); !silence.empty()) {
      return Finish(TurnOutcome::kNoData, std::move(silence));
    }
    if (sample_.step == TurnStep::kData) return Bind();
    Refresh();
  }

  void Take(std::span<const std::uint8_t> octets) {
    if (ended_) return;
    if (const auto data = ReadChannelData(octets)) {
      if (sample_.step == TurnStep::kChannelData && data->channel == kFirstChannel) {
        traffic_->TakeBack(data->data, std::nullopt);
      }
      return;
    }
    const auto message = TurnMessage::Read(octets);
    if (!message) return;  // a better one may follow: anyone on the way can forge one
    if (message->kind() == TurnClass::kIndication) return TakeIndication(*message);
    if (dialogue_) dialogue_->Take(*message);
  }

  void TakeIndication(const TurnMessage& message) {
    if (message.method() != static_cast<std::uint16_t>(TurnMethod::kData) || sample_.step != TurnStep::kData) return;
    const auto data = message.Find(TurnAttribute::kData);
    const auto from = message.FindXor(TurnAttribute::kXorPeerAddress);
    if (data && from) traffic_->TakeBack(*data, from);
  }

  void OutOfTime() {
    if (!dialogue_) return Finish(TurnOutcome::kTimeout, fmt::format("{} took too long", link_->Awaited()));
    const TurnReply reply = dialogue_->SoFar();
    Finish(reply.outcome, reply.error);
  }

  void Finish(TurnOutcome outcome, std::string error) {
    if (std::exchange(ended_, true)) return;
    limit_.Stop();
    EndStep();
    if (traffic_) {
      traffic_->Stop();
      sample_.out = traffic_->out();
      sample_.back = traffic_->back();
    }
    Release();
    if (dialogue_) {
      dialogue_->Stop();
      sample_.rtt = dialogue_->rtt();
    }
    sample_.outcome = outcome;
    sample_.error = std::move(error);
    if (route_.tls && (dialogue_ || outcome == TurnOutcome::kTlsFailed)) {
      sample_.certificate_expires = route_.tls->certificate_expires();
    }
    sample_.at = base::WallClockNow();
    later_.Start(0ms, [this] {
      const auto done = std::move(done_);
      done(std::move(sample_));
    });
  }

  EventLoop& loop_;
  TurnRoute route_;
  const TurnCredentials credentials_;
  TurnSample sample_;
  std::function<void(TurnSample)> done_;
  std::unique_ptr<TurnLink> link_;
  std::optional<TurnDialogue> dialogue_;  // once the link is open
  std::unique_ptr<TurnTraffic> traffic_;
  base::Duration latest_{};
  std::optional<std::chrono::steady_clock::time_point> step_began_;
  bool allocated_ = false, redirected_ = false, ended_ = false;
  Timer limit_, later_;
};

TurnSession::TurnSession(EventLoop& loop, TurnSample sample, TurnRoute route, TurnCredentials credentials)
    : impl_(std::make_unique<Impl>(loop, std::move(sample), std::move(route), std::move(credentials))) {}

TurnSession::~TurnSession() = default;

void TurnSession::Start(base::Duration deadline, std::function<void(TurnSample)> done) {
  impl_->Start(deadline, std::move(done));
}

}  // namespace dialwatch::probes
