#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// dns-intercepted: port 53 and an encrypted transport to one operator disagree about a name, twice running, and by what
// they call themselves they are not one service: something on the path answers in the operator's place.
std::vector<Finding> DnsIntercepted(const Situation& situation);

}  // namespace dialwatch::diagnosis
