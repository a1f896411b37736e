#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// stun-mapping-split: servers see one socket at different IP addresses, and one of them is wrong; where it is not to be
// told which, the finding names no server (diagnosis/stun/mapping.h). A port that differs is a matter of the NAT (RFC
// 4787 §4.1).
std::vector<Finding> StunMappingSplit(const Situation& situation);

}  // namespace dialwatch::diagnosis
