#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/ice_uri.h"
#include "probes/address_book.h"

namespace dialwatch::probes {

// One place where a server can be asked.
struct ServerPlace {
  base::Endpoint address;
  std::string srv_target;                 // the host that an SRV record named; empty: none did
  std::vector<std::string> resolved_via;  // all resolvers that led there, sorted; empty for a literal address
};

struct ServerPlaces {
  static constexpr std::size_t kMost = 8;          // of one server, so that no answer has us ask a crowd
  static constexpr std::size_t kMostServices = 4;  // SRV records that are followed

  std::vector<ServerPlace> places;
  std::string error;  // where there is none: why
};

// All places of a STUN or TURN server (RFC 8489 §8): its address with the port of the URI; without a port those that
// SRV records name, and where there are none, the default port. Of more than kMost those that the fewest resolvers
// name are kept, since they are the ones to see. `done` may be called at once.
void FindServerPlaces(AddressBook& book, const config::IceUri& uri, std::function<void(const ServerPlaces&)> done);

}  // namespace dialwatch::probes
