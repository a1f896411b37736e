#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// ttl-uneven: one set of records has several TTLs, in one reply (RFC 2181 §5.2) or at servers of one version.
std::vector<Finding> TtlUneven(const Situation& situation);

}  // namespace dialwatch::diagnosis
