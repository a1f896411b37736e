#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "probes/dns/authority.h"
#include "probes/dns/panel.h"

// How the authority of a name is found without a recursor of our own. Whom we believe: a poisoned resolver must not be
// able to name the servers that all others are held against.
// - The resolvers vote (Panel). What more than half of those that can tell say is believed.
// - The parent's servers, found by such votes, are asked for the delegation with RD=0. Who is named there is a server
//   of the zone, at the addresses that the votes give, or else at those that come with the delegation. A zone that the
//   parent's servers do not know is none.
// - Whom a server so found names as AA=1 is one too.
// - Nobody else: a server that one of several resolvers names alone is not asked.
namespace dialwatch::probes {

// What searches have in common; they end without their Done when it goes, and it goes before the client.
struct SearchContext {
  DnsClient& client;
  Panel panel;
  Duration timeout{};
  std::uint16_t port = config::kDnsPort;  // of authoritative servers
};
using SearchContextPtr = std::shared_ptr<SearchContext>;

// The zones that may hold `host`: the owner of the SOA record that comes with the denial of a name below the host;
// where none does, with SOA of the host or of the names above it. Where resolvers disagree, a zone is to be taken only
// if its servers prove it. Never the root. Empty where nobody can tell.
struct ZoneClaims {
  std::vector<std::string> zones;  // the best first
  bool disputed = false;
};
void FindZone(const SearchContextPtr& context, const std::string& host, std::function<void(const ZoneClaims&)> done);

struct FoundZone {
  ZoneAuthority authority;
  bool proven = false;  // a server of it answers NS of the zone with AA=1
  Duration keep{};      // the shortest TTL on the way
};

// The servers of a zone, and how it is delegated. IPv6 addresses to which we have no route are left out: a place
// without IPv6 would see half of the servers dead.
void SearchZone(const SearchContextPtr& context, const std::string& zone, std::function<void(const FoundZone&)> done);

}  // namespace dialwatch::probes
