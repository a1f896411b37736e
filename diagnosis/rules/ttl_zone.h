#pragma once

#include "diagnosis/rules.h"

// TTLs that a zone has for all of its names.
namespace dialwatch::diagnosis {

// ttl-negative: a denial is cached for longer than the limit (RFC 2308 §5).
std::vector<Finding> TtlNegative(const Situation& situation);

// Part of ttl-policy: TTLs of NS records and of name servers' addresses above a day. Infos, for they delay no change of
// a dialer's address, only that of the zone's hoster.
std::vector<Finding> DelegationTtls(const Situation& situation);

}  // namespace dialwatch::diagnosis
