#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probes/dns/authority.h"

// Aliases that lead from zone to zone. Pure functions.
namespace dialwatch::probes {

// Where an authoritative reply leads: the target of its last CNAME, starting at the name asked for, where the reply has
// no record of the type asked for. Nothing for an answer, a denial, or a reply without AA. A loop ends at the name that
// comes again.
std::optional<std::string> LeadsTo(const DnsSample& sample);

// What the servers of all zones on the way say together. `hops` are the samples of one turn: first those of the host's
// own zone, asked for the host, then those of each further zone, asked for the name that AuthorityHop names.
// The result is for the sink, all about the host: the samples of the first hop as they are, and one for each server of
// the last zone that the links lead to; it has all links with their TTLs before the server's own answer, and the rest
// (via, rcode, AA, times) from that server. So a dialer's reference comes from the last zone, its links from each zone,
// and a zone in between that fails or leads elsewhere is told as itself.
std::vector<DnsSample> ComposeChain(const std::vector<std::vector<DnsSample>>& hops);

// Whether the samples lead from zone to zone as `authority` has it. False: an alias has been changed, and its way has
// to be found anew (AuthorityDiscovery::Doubt). Zones that do not answer do not tell.
bool FollowsChain(const AuthorityServers& authority, const std::vector<std::vector<DnsSample>>& hops);

}  // namespace dialwatch::probes
