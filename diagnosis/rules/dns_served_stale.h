#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// dns-served-stale: a resolver gives an answer that has run out, since it cannot reach the authority (RFC 8767).
std::vector<Finding> DnsServedStale(const Situation& situation);

}  // namespace dialwatch::diagnosis
