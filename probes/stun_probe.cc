#include "probes/stun_probe.h"

#include <algorithm>
#include <utility>

#include "base/random.h"
#include "probes/stun/retransmit.h"

namespace dialwatch::probes {
StunProbe::StunProbe(Asker& asker, AddressBook& addresses)
    : asker_(asker),
      addresses_(addresses),
      nat_(asker),
      patience_(asker.loop),
      round_id_(std::uint64_t{base::Random32()} << 32) {}

void StunProbe::Start(const Turn& turn) {
  ++round_id_;
  round_.reset();
  bindings_.clear();
  datagrams_.clear();
  streams_.clear();
  const auto& servers = asker_.settings->stun_servers;
  missing_ = servers.size();
  std::vector<std::function<void()>> searches;
  searches.reserve(servers.size());
  for (const config::Stun& server : servers) {
    searches.push_back(FindServerPlaces(addresses_, server.uri, [this, &server, turn](const ServerPlaces& found) {
      Add(server, found);
      if (--missing_ > 0) return;
      patience_.Stop();
      Ask(turn);
    }));
  }
  const bool first = std::exchange(first_, false);
  if (first || missing_ == 0) return;
  patience_.Start(kPatience, [searches] {
    for (const auto& end : searches) end();
  });
}

void StunProbe::Add(const config::Stun& server, const ServerPlaces& found) {
  StunSample begun;
  begun.server = server.name;
  begun.host = server.uri.host;
  begun.transport = server.uri.transport;
  begun.round = round_id_;
  if (found.places.empty()) return Fail(std::move(begun), StunOutcome::kUnresolved, found.error);
  const auto at = [&](const ServerPlace& place) {
    begun.address = place.address;
    begun.srv_target = place.srv_target;
    begun.resolved_via = place.resolved_via;
    return begun;
  };
  for (const ServerPlace& place : found.refused) {
    Fail(at(place), StunOutcome::kUnreachable, "not asked, since it is no public address as the server's others are");
  }
  auto& list = server.uri.transport == config::Transport::kUdp ? datagrams_ : streams_;
  for (const ServerPlace& place : found.places) list.push_back(at(place));
}

void StunProbe::Fail(StunSample sample, StunOutcome outcome, std::string why) {
  sample.at = base::WallClockNow();
  sample.outcome = outcome;
  sample.error = std::move(why);
  asker_.sink(std::move(sample));
}

void StunProbe::Ask(const Turn& turn) {
  for (const StunSample& begun : streams_) AskStream(begun, turn);
  round_ = std::make_unique<StunRound>(asker_.loop, datagrams_, asker_.settings->vantage.bind, asker_.TurnDeadline());
  round_->Start(
      [this, turn](StunSample sample) {
        nat_.See(sample, turn);
        asker_.sink(std::move(sample));
      },
      [this, turn] { nat_.EndTurn(); });
}

void StunProbe::AskStream(const StunSample& begun, const Turn& turn) {
  std::shared_ptr<TlsPeer> peer;
  if (begun.transport == config::Transport::kTls) {
    auto made = PeerOf(begun);
    if (!made) return Fail(begun, StunOutcome::kTlsFailed, made.error().what);
    peer = *std::move(made);
  }
  bindings_.push_back(
      std::make_unique<StreamBinding>(asker_.loop, begun, asker_.settings->vantage.bind, std::move(peer)));
  bindings_.back()->Start(std::min<Duration>(asker_.TurnDeadline(), RetransmitSchedule::GiveUpAt()),
                          [this, turn](StunSample sample) { asker_.sink(std::move(sample)); });
}

// The certificate is held against the host of the URI, whatever SRV records name (RFC 8489 §6.2.3).
base::Result<std::shared_ptr<TlsPeer>> StunProbe::PeerOf(const StunSample& begun) {
  std::shared_ptr<TlsPeer>& peer = peers_[begun.host];
  if (peer) return peer;
  const bool literal = static_cast<bool>(base::IpAddress::Parse(begun.host));
  auto made = TlsPeer::Make(begun.address.address, literal ? "" : begun.host, TlsPeer::Use::kRelay);
  if (made) peer = *made;
  return made;
}

}  // namespace dialwatch::probes
