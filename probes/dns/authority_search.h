#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "probes/dns/client.h"

namespace dialwatch::probes {

// The steps by which AuthorityDiscovery finds a zone's servers, all through one resolver. `done` is called once, from
// the loop, unless the client ends first. Thread safety: as DnsClient.
struct SearchVia {
  Via resolver;
  Transport transport = Transport::kUdp;
  Duration timeout{};
};

// The zone that holds `host`: the owner of the SOA record that the resolver gives for it, or, where `host` is an alias
// and the SOA that of its target, for the names above it. Never the root. Nothing where the resolver cannot tell.
void FindZone(DnsClient& client, const SearchVia& via, const std::string& host,
              std::function<void(std::optional<std::string>)> done);

// The addresses of the zone's name servers, sorted, port 53. IPv6 addresses to which we have no route are left out: a
// place without IPv6 would see half of the servers dead. Empty where the resolver cannot tell.
void FindServers(DnsClient& client, const SearchVia& via, const std::string& zone,
                 std::function<void(std::vector<Endpoint>)> done);

}  // namespace dialwatch::probes
