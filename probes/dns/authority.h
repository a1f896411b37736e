#pragma once

#include <string>
#include <vector>

#include "probes/dns/sample.h"

// Who is asked for a name's truth.
namespace dialwatch::probes {

// One zone on the way that a name's aliases take.
struct AuthorityHop {
  std::string name;  // what to ask there: the host, or where an alias of the zone before leads
  std::string zone;
  std::vector<Endpoint> servers;  // sorted

  bool operator==(const AuthorityHop&) const = default;
};

// The authoritative servers of a host.
struct AuthorityServers {
  std::string zone;                        // that holds the host
  std::vector<Endpoint> servers;           // sorted, port 53 unless pinned; empty where nothing could be found out
  std::vector<AuthorityHop> further = {};  // in order, where an alias leads out of the zone; what they say together is
                                           // put into one by ComposeChain (probes/dns/chain.h)
  std::string trouble = {};                // why the chain was not followed to its end: a loop, or too many zones

  bool operator==(const AuthorityServers&) const = default;
};

// A server of a zone and the NS records that lead to it.
struct NamedServer {
  Endpoint server;
  std::vector<std::string> names;  // sorted

  bool operator==(const NamedServer&) const = default;
};

// How a zone is delegated.
struct ZoneAuthority {
  std::string zone;
  std::vector<NamedServer> servers;  // sorted by server
  std::string parent;                // the zone above, "" for the root; only where parent_known
  bool parent_known = false;
  bool denied = false;                // the parent's servers know of no such zone
  std::vector<DnsRecord> delegation;  // the NS records that the parent gives; empty where it hosts the zone too
  std::vector<DnsRecord> glue;        // the A and AAAA records that come with them
  std::vector<DnsRecord> addresses;   // A and AAAA of the name servers, as most resolvers give them
  std::vector<DnsRecord> ds;          // the parent's DS records

  bool operator==(const ZoneAuthority&) const = default;
};

}  // namespace dialwatch::probes
