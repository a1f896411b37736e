#include "probes/stun_probe.h"

#include <algorithm>
#include <utility>

#include "base/random.h"
#include "probes/stun/retransmit.h"

namespace dialwatch::probes {
namespace {

// A server that has addresses of both families is asked at those to which there is a way at all.
std::vector<ServerPlace> Reachable(const std::vector<ServerPlace>& places) {
  std::vector<ServerPlace> reachable;
  std::ranges::copy_if(places, std::back_inserter(reachable),
                       [](const ServerPlace& place) { return HasRoute(place.address); });
  return reachable.empty() ? places : reachable;
}

}  // namespace

StunProbe::StunProbe(Asker& asker, AddressBook& addresses)
    : asker_(asker), addresses_(addresses), nat_(asker), round_id_(std::uint64_t{base::Random32()} << 32) {}

void StunProbe::Start(const Turn& turn) {
  ++round_id_;
  round_.reset();
  bindings_.clear();
  datagrams_.clear();
  streams_.clear();
  const auto& servers = asker_.settings->stun_servers;
  missing_ = servers.size();
  for (const config::Stun& server : servers) {
    FindServerPlaces(addresses_, server.uri, [this, &server, turn](const ServerPlaces& found) {
      Add(server, found);
      if (--missing_ == 0) Ask(turn);
    });
  }
}

void StunProbe::Add(const config::Stun& server, const ServerPlaces& found) {
  StunServerAddress asked{server.name, server.uri.host, {}, {}, server.uri.transport};
  if (found.places.empty()) {
    StunSample unresolved = asked.NewSample(round_id_);
    unresolved.at = base::WallClockNow();
    unresolved.outcome = StunOutcome::kUnresolved;
    unresolved.error = found.error;
    return asker_.sink(std::move(unresolved));
  }
  auto& list = server.uri.transport == config::Transport::kUdp ? datagrams_ : streams_;
  for (const ServerPlace& place : Reachable(found.places)) {
    asked.address = place.address;
    asked.srv_target = place.srv_target;
    asked.resolved_via = place.resolved_via;
    list.push_back(asked);
  }
}

void StunProbe::Ask(const Turn& turn) {
  for (const StunServerAddress& server : streams_) AskStream(server, turn);
  // a binding has the interval less a little to answer, so that rounds do not overlap
  round_ = std::make_unique<StunRound>(asker_.loop, round_id_, datagrams_, asker_.settings->vantage.bind,
                                       asker_.settings->probing.interval * 9 / 10);
  round_->Start(
      [this, turn](StunSample sample) {
        nat_.See(sample, turn);
        asker_.sink(std::move(sample));
      },
      [this, turn] { nat_.EndTurn(); });
}

void StunProbe::AskStream(const StunServerAddress& server, const Turn& turn) {
  std::shared_ptr<TlsPeer> peer;
  if (server.transport == config::Transport::kTls) {
    auto made = PeerOf(server);
    if (!made) {
      StunSample failed = server.NewSample(round_id_);
      failed.at = base::WallClockNow();
      failed.outcome = StunOutcome::kTlsFailed;
      failed.error = made.error().what;
      return asker_.sink(std::move(failed));
    }
    peer = *std::move(made);
  }
  bindings_.push_back(
      std::make_unique<StreamBinding>(asker_.loop, server, round_id_, asker_.settings->vantage.bind, std::move(peer)));
  const Duration deadline =
      std::min<Duration>(asker_.settings->probing.interval * 9 / 10, RetransmitSchedule::GiveUpAt());
  bindings_.back()->Start(deadline, [this, turn](StunSample sample) { asker_.sink(std::move(sample)); });
}

// The certificate is held against the host of the URI, whatever SRV records name (RFC 8489 §6.2.3).
base::Result<std::shared_ptr<TlsPeer>> StunProbe::PeerOf(const StunServerAddress& server) {
  std::shared_ptr<TlsPeer>& peer = peers_[server.host];
  if (peer) return peer;
  const bool literal = static_cast<bool>(base::IpAddress::Parse(server.host));
  auto made = TlsPeer::Make(server.address.address, literal ? "" : server.host, TlsPeer::Use::kRelay);
  if (made) peer = *made;
  return made;
}

}  // namespace dialwatch::probes
