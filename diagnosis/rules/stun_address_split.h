#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// stun-address-split: a resolver denies the name of a STUN server, or leads to an address that is dead or says a wrong
// mapped address, while others lead to one that does well (diagnosis/stun/misled.h).
std::vector<Finding> StunAddressSplit(const Situation& situation);

}  // namespace dialwatch::diagnosis
