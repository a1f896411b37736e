#pragma once

#include <functional>
#include <string>

#include "probes/dns/authority.h"
#include "probes/dns/search_context.h"

// How the authority of a name is found without a recursor of our own. Whom we believe: a poisoned resolver must not be
// able to name the servers that all others are held against.
// - The resolvers vote (Panel). What more than half of those that can tell say is believed.
// - The parent's servers, found by such votes, are asked for the delegation with RD=0. Who is named there is a server
//   of the zone, at the addresses that the votes give, or else at those that come with the delegation. A zone that the
//   parent's servers do not know is none.
// - Whom a server so found names as AA=1 is one too.
// - Nobody else: a server that one of several resolvers names alone is not asked.
namespace dialwatch::probes {

struct FoundZone {
  ZoneAuthority authority;
  bool proven = false;  // a server of it answers NS of the zone with AA=1
  Duration keep{};      // the shortest TTL on the way
};

// The servers of a zone, and how it is delegated. IPv6 addresses to which we have no route are left out: a place
// without IPv6 would see half of the servers dead.
void SearchZone(const SearchContextPtr& context, const std::string& zone, std::function<void(const FoundZone&)> done);

}  // namespace dialwatch::probes
