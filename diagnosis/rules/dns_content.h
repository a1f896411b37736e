#pragma once

#include "diagnosis/rules.h"

// Which answers resolvers and authorities give, held against the authority, its history and `expect`. The verdicts are
// those of diagnosis/dns/verdict.h; these rules tell them, one finding for each dialer and resolver.
namespace dialwatch::diagnosis {

// dns-unexpected: the authority itself is wrong. Resolvers that repeat its answer are not blamed.
std::vector<Finding> DnsUnexpected(const Situation& situation);

// dns-bogus: the incident of 2020, an answer that the authority never gave.
std::vector<Finding> DnsBogus(const Situation& situation);

// dns-stale: a resolver still gives an answer that the authority gave once, beyond the TTL it had then (RFC 1035
// §3.2.1).
std::vector<Finding> DnsStale(const Situation& situation);

// dns-propagating: a change on its way. An info, so nobody is woken.
std::vector<Finding> DnsPropagating(const Situation& situation);

}  // namespace dialwatch::diagnosis
