#pragma once

#include <functional>
#include <memory>

#include "probes/asker.h"
#include "probes/server_places.h"
#include "probes/turn/credentials.h"
#include "probes/turn/link.h"

namespace dialwatch::probes {

// What it takes to come to one relay: credentials from its files, read anew each time, its addresses, and its
// certificate's peer. Thread safety: none; use it on its loop's thread only.
class RelayAccess {
 public:
  RelayAccess(Asker& asker, AddressBook& addresses, config::Turn server);

  const config::Turn& server() const { return server_; }

  base::Result<TurnCredentials> Credentials() const;
  // `done` once; maybe at once.
  void FindPlaces(std::function<void(const ServerPlaces&)> done);
  // An error: TLS cannot be had on this machine.
  base::Result<TurnRoute> RouteTo(const base::Endpoint& place);

 private:
  Asker& asker_;
  AddressBook& addresses_;
  const config::Turn server_;
  const config::SecretFolders folders_;
  std::shared_ptr<TlsPeer> tls_;  // kept, since it holds what the machine trusts
};

}  // namespace dialwatch::probes
