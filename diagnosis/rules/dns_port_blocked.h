#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// dns-port-blocked: whoever is asked over plain DNS is silent, resolvers and authorities alike, three times running,
// while an encrypted resolver answers or other traffic flows.
std::vector<Finding> DnsPortBlocked(const Situation& situation);

}  // namespace dialwatch::diagnosis
