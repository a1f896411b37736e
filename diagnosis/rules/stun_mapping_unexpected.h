#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// stun-mapping-unexpected: an address that `expect_mapped` does not list for that family, over any transport.
std::vector<Finding> StunMappingUnexpected(const Situation& situation);

}  // namespace dialwatch::diagnosis
