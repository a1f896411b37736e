#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// dns-lame: a server that NS records lead to does not serve the zone, three looks running.
std::vector<Finding> DnsLame(const Situation& situation);

}  // namespace dialwatch::diagnosis
