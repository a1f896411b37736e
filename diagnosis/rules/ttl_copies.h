#pragma once

#include "diagnosis/rules.h"

// How long resolvers keep their copies, against what the authority gives and gave. Each looks at all sightings, since
// behind one address there may be several caches.
namespace dialwatch::diagnosis {

// ttl-impossible: more than any TTL that may still be cached (RFC 1035 §3.2.1). No authority gave this: a clamp, an
// override, or an answer from an outage or a hijack.
std::vector<Finding> TtlImpossible(const Situation& situation);

// ttl-lingering: above the limit, but from before the authority lowered it. What is left of it shows in the TTL, or in
// the signature, which carries the TTL that the authority gave (RFC 4034 §3.1.4).
std::vector<Finding> TtlLingering(const Situation& situation);

}  // namespace dialwatch::diagnosis
