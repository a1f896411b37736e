#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// state-degraded: whoever looks into the memory after an incident must not find that nothing was kept.
std::vector<Finding> StateDegraded(const Situation& situation);

}  // namespace dialwatch::diagnosis
