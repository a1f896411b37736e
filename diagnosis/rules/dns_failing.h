#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// dns-failing: one name fails where others work, or where the resolver replies with an error, kRunning times in a row
// (diagnosis/dns/tally.h).
std::vector<Finding> DnsFailing(const Situation& situation);

}  // namespace dialwatch::diagnosis
