#include "probes/turn/session.h"

#include <algorithm>
#include <utility>

namespace dialwatch::probes {

TurnSession::TurnSession(EventLoop& loop, TurnSample sample, const TurnRoute& route, TurnCredentials credentials)
    : loop_(loop),
      server_(route.server),
      bind_(route.bind),
      allocation_(loop, std::move(sample), route, std::move(credentials),
                  {.on_granted = [this] { Permit(); },
                   .on_data = [this](auto data, const auto& from) { traffic_->TakeBack(data, from); },
                   .on_over = [this](TurnSample& seen) { OnOver(seen); },
                   .on_closed =
                       [this](TurnSample seen) {
                         const auto done = std::move(done_);
                         done(std::move(seen));
                       }}) {}

void TurnSession::Start(base::Duration deadline, std::function<void(TurnSample)> done) {
  done_ = std::move(done);
  latest_ = std::min(TurnTraffic::kLatest, deadline / 8);
  allocation_.Start(deadline);
  auto traffic = TurnTraffic::Open(loop_, server_.address.is_v6(), bind_);
  if (!traffic) return allocation_.Finish(TurnOutcome::kUnreachable, traffic.error().what);
  traffic_ = *std::move(traffic);
  traffic_->far_end().AskMapping(server_);
}

// A permission is for an address whatever the port (RFC 8656 §9), so that of our first socket will do, unless a NAT
// gives the second one another.
void TurnSession::Permit() {
  const base::Endpoint& ours = *allocation_.sample().mapped;
  std::set<base::Endpoint> peers{ours};
  if (const auto& mapped = traffic_->far_end().mapped(); mapped && mapped->address != ours.address) {
    peers.insert(*mapped);
  }
  allocation_.Permit(peers, [this] { Flow(TurnStep::kData); });
}

void TurnSession::Flow(TurnStep step) {
  allocation_.Flow(step);
  traffic_->Start({.relayed = *allocation_.sample().relayed,
                   .ours = allocation_.sample().mapped->address,
                   .latest = latest_,
                   .send_out =
                       [this, step](const base::Endpoint& to, const TurnPackets::Packet& packet) {
                         step == TurnStep::kData ? allocation_.Indicate(to, packet) : allocation_.SendOnChannel(packet);
                       },
                   .done = [this, step] { OnFlown(step); }});
}

void TurnSession::OnFlown(TurnStep step) {
  if (std::string silence = traffic_->DescribeSilence(); !silence.empty()) {
    return allocation_.Finish(TurnOutcome::kNoData, std::move(silence));
  }
  if (step == TurnStep::kData) return allocation_.Bind(*traffic_->peer(), [this] { Flow(TurnStep::kChannelData); });
  allocation_.Refresh([this] { allocation_.GiveBack(); });
}

void TurnSession::OnOver(TurnSample& sample) {
  if (!traffic_) return;
  traffic_->Stop();
  sample.out = traffic_->out();
  sample.back = traffic_->back();
}

}  // namespace dialwatch::probes
