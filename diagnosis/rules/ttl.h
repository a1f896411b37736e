#pragma once

#include "diagnosis/rules.h"

// The authority's TTLs against the policy. A resolver's TTL alone never violates it (rules/ttl_copies.h).
namespace dialwatch::diagnosis {

// ttl-policy: every link of the answer must be within the limit, since a change of one link takes that link's TTL.
std::vector<Finding> TtlPolicy(const Situation& situation);

}  // namespace dialwatch::diagnosis
