#pragma once

#include "diagnosis/rules.h"

// What a resolver makes of TTLs by habit, learned from many sightings of one name.
namespace dialwatch::diagnosis {

// ttl-frozen: the TTL does not count down (RFC 1035 §3.2.1), and the resolver does not say that it serves stale data:
// local data, a policy zone, or something on the path that answers by itself.
std::vector<Finding> TtlFrozen(const Situation& situation);

// A cap: the resolver keeps copies for less than the authority allows. Told under ttl-too-low.
std::vector<Finding> TtlCapped(const Situation& situation);

}  // namespace dialwatch::diagnosis
