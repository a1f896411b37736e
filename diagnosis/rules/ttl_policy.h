#pragma once

#include "diagnosis/rules.h"

// The authority's TTLs against the policy. A resolver's TTL alone never violates it (rules/ttl_copies.h).
namespace dialwatch::diagnosis {

// ttl-policy: every link of the answer must be within the limit, since a change of one link takes that link's TTL; and
// there should not be too many links. Also TTLs of the delegation above a day.
std::vector<Finding> TtlPolicy(const Situation& situation);

// ttl-too-low: a link of the answer that no cache keeps for long enough to bridge an outage; and resolvers that cap it.
std::vector<Finding> TtlTooLow(const Situation& situation);

}  // namespace dialwatch::diagnosis
