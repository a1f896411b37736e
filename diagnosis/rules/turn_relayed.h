#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// Relays through which dialers cannot be heard, some trains running, while directly they can: one finding a relay. A
// dialer whose audio does not flow directly either is not the relay's affair.
std::vector<Finding> DeafRelays(const Situation& situation);

}  // namespace dialwatch::diagnosis
