#pragma once

#include "diagnosis/rules.h"

// TTLs against the policy. What the authority gives decides; a resolver's TTL alone never violates the policy.
namespace dialwatch::diagnosis {

// ttl-policy: every link of the answer must be within the limit, since a change of one link takes that link's TTL.
std::vector<Finding> TtlPolicy(const Situation& situation);

// ttl-impossible: more than any TTL that may still be cached (RFC 1035 §3.2.1). No authority gave this: a clamp, an
// override, or an answer from an outage or a hijack.
std::vector<Finding> TtlImpossible(const Situation& situation);

// ttl-lingering: above the limit, but from before the authority lowered it.
std::vector<Finding> TtlLingering(const Situation& situation);

}  // namespace dialwatch::diagnosis
