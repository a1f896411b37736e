#include "probes/turn_probe.h"

#include <algorithm>
#include <utility>

#include "probes/stun/udp_socket.h"

namespace dialwatch::probes {
namespace {

// A call is not set up that late, whatever the interval.
constexpr Duration kLongestTurn = std::chrono::seconds(20);

}  // namespace

TurnProbe::TurnProbe(Asker& asker, AddressBook& addresses, config::Turn server)
    : asker_(asker),
      addresses_(addresses),
      server_(std::move(server)),
      folders_(config::SecretFoldersOf(*asker.settings)) {}

void TurnProbe::Start(const Turn& turn) {
  TurnSample sample;
  sample.server = server_.name;
  sample.uri = FormatIceUri(server_.uri);
  auto credentials = ReadTurnCredentials(server_, folders_, base::WallClockNow());
  if (!credentials) return Fail(std::move(sample), TurnOutcome::kBadCredentialFile, credentials.error().what);
  sample.step = TurnStep::kResolve;
  FindServerPlaces(addresses_, server_.uri,
                   [this, sample, credentials = *std::move(credentials), turn](const ServerPlaces& found) mutable {
                     if (found.places.empty()) {
                       return Fail(std::move(sample), TurnOutcome::kUnresolved, found.error);
                     }
                     const ServerPlace place = Choose(found.places);
                     sample.resolved_via = place.resolved_via;
                     sample.address = place.address;
                     Connect(std::move(sample), std::move(credentials), turn);
                   });
}

// Each turn another one of those to which there is a way; one that fails is kept to, so that others do not hide it.
ServerPlace TurnProbe::Choose(std::vector<ServerPlace> places) {
  std::vector<ServerPlace> reachable;
  std::ranges::copy_if(places, std::back_inserter(reachable),
                       [](const ServerPlace& place) { return HasRoute(place.address); });
  if (!reachable.empty()) places = std::move(reachable);
  return places[good_turns_ % places.size()];
}

void TurnProbe::Connect(TurnSample sample, TurnCredentials credentials, const Turn& turn) {
  TurnRoute route{sample.address, server_.uri.transport, asker_.settings->vantage.bind, nullptr};
  if (route.transport == config::Transport::kTls) {
    if (auto made = MakePeer(); !made) return Fail(std::move(sample), TurnOutcome::kTlsFailed, made.error().what);
    route.tls = tls_;
  }
  session_ = std::make_unique<TurnSession>(asker_.loop, std::move(sample), std::move(route), std::move(credentials));
  // the interval less a little, so that turns do not overlap
  const Duration deadline = std::min<Duration>(asker_.settings->probing.interval * 9 / 10, kLongestTurn);
  session_->Start(deadline, [this, turn](TurnSample seen) {
    if (seen.outcome == TurnOutcome::kRelayed) ++good_turns_;
    asker_.sink(std::move(seen));
    session_.reset();
  });
}

// The certificate is held against the host of the URI, whatever SRV records or a redirection name (RFC 8489 §6.2.3).
base::Status TurnProbe::MakePeer() {
  if (tls_) return {};
  const auto literal = base::IpAddress::Parse(server_.uri.host);
  auto made =
      TlsPeer::Make(literal ? *literal : base::IpAddress(), literal ? "" : server_.uri.host, TlsPeer::Use::kRelay);
  if (!made) return made.error();
  tls_ = *std::move(made);
  return {};
}

void TurnProbe::Fail(TurnSample sample, TurnOutcome outcome, std::string error) {
  sample.outcome = outcome;
  sample.error = std::move(error);
  sample.at = base::WallClockNow();
  asker_.sink(std::move(sample));
}

}  // namespace dialwatch::probes
