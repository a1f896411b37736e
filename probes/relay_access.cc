#include "probes/relay_access.h"

#include <utility>

namespace dialwatch::probes {

RelayAccess::RelayAccess(Asker& asker, AddressBook& addresses, config::Turn server)
    : asker_(asker),
      addresses_(addresses),
      server_(std::move(server)),
      folders_(config::SecretFoldersOf(*asker.settings)) {}

base::Result<TurnCredentials> RelayAccess::Credentials() const {
  return ReadTurnCredentials(server_, folders_, base::WallClockNow());
}

void RelayAccess::FindPlaces(std::function<void(const ServerPlaces&)> done) {
  FindServerPlaces(addresses_, server_.uri, std::move(done));
}

// The certificate is held against the host of the URI, whatever SRV records or a redirection name (RFC 8489 §6.2.3).
base::Result<TurnRoute> RelayAccess::RouteTo(const base::Endpoint& place) {
  const TurnRoute route{place, server_.uri.transport, asker_.settings->vantage.bind, tls_};
  if (route.transport != config::Transport::kTls || tls_) return route;
  const auto literal = base::IpAddress::Parse(server_.uri.host);
  auto made =
      TlsPeer::Make(literal ? *literal : base::IpAddress(), literal ? "" : server_.uri.host, TlsPeer::Use::kRelay);
  if (!made) return made.error();
  tls_ = *std::move(made);
  return RouteTo(place);
}

}  // namespace dialwatch::probes
