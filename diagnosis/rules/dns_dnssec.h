#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// dns-dnssec: a resolver that validates answers SERVFAIL, since the zone's signatures do not hold (RFC 4035 §5.5).
std::vector<Finding> DnsDnssec(const Situation& situation);

}  // namespace dialwatch::diagnosis
