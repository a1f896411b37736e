#pragma once

#include "diagnosis/rules.h"

// TTLs of the copies that resolvers hold, against what the authority gives and gave.
namespace dialwatch::diagnosis {

// ttl-impossible: more than any TTL that may still be cached (RFC 1035 §3.2.1). No authority gave this: a clamp, an
// override, or an answer from an outage or a hijack.
std::vector<Finding> TtlImpossible(const Situation& situation);

// ttl-lingering: above the limit, but from before the authority lowered it.
std::vector<Finding> TtlLingering(const Situation& situation);

}  // namespace dialwatch::diagnosis
