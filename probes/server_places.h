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

  std::vector<ServerPlace> places;   // those to which there is a way, if there are any
  std::vector<ServerPlace> refused;  // in networks of our own, where another resolver leads to public ones alone
  std::string error;                 // where there is no place: why
};

// All places of a STUN or TURN server (RFC 8489 §8): its address with the port of the URI; without a port those that
// SRV records name and, through resolvers that say there are none, the default port. Each resolver is followed as a
// client would that has no other: of a crowd everyone's first choice is kept, then everyone's second and so on, so that
// none hides what the others say. `done` once; maybe at once.
// What is returned ends the search: it has `done` called with what is known by then, unless it was called before.
std::function<void()> FindServerPlaces(AddressBook& book, const config::IceUri& uri,
                                       std::function<void(const ServerPlaces&)> done);

}  // namespace dialwatch::probes
