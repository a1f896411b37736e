#pragma once

#include "diagnosis/rules.h"

// Who does not answer: a resolver, or an authority. One lost packet is no outage, so each needs kRunning failures in a
// row (diagnosis/dns/tally.h).
namespace dialwatch::diagnosis {

// dns-resolver-down: all names fail through all addresses, while something else answers. Where one address of several
// is dead, that is told as an info.
std::vector<Finding> DnsResolverDown(const Situation& situation);

// dns-authority-down: all servers of a zone fail, while resolvers reply for its names.
std::vector<Finding> DnsAuthorityDown(const Situation& situation);

}  // namespace dialwatch::diagnosis
