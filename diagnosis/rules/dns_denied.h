#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// dns-denied: NXDOMAIN or NODATA where the authority has an answer (RFC 2308). The SOA of the reply betrays where it
// comes from: an older version of the zone, the parent zone, or nobody.
std::vector<Finding> DnsDenied(const Situation& situation);

}  // namespace dialwatch::diagnosis
