#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "probes/dns/sample.h"

// What a reply betrays of itself, before it is held against anything.
namespace dialwatch::diagnosis {

using probes::DnsSample;

// What resolvers give an answer that they serve stale (RFC 8767 §4); of fresh ones only the shortest-lived have it.
constexpr std::chrono::seconds kStaleTtl{30};

// The resolver says itself that the answer, or the denial, is an old one (RFC 8914 §4.4, §4.20).
bool SaysStale(const DnsSample& sample);

// A blocklist, by its own word (EDE 4, 15 to 17, and 18 with a denial) or by its way to deny: Quad9's NXDOMAIN comes
// without recursion and without the SOA that RFC 2308 §2.1 asks for.
bool SaysFiltered(const DnsSample& sample);

// SERVFAIL because validation failed, by the resolver's own word (EDE 1, 2, 5 to 12).
bool SaysDnssec(const DnsSample& sample);

// Addresses that lead nowhere, all of them: 0.0.0.0, loopback, private use and the like, as blocklists give them.
bool IsSinkhole(const std::vector<std::string>& answers);

// Where a denial comes from, by the owner of its SOA record.
enum class DenialSource : std::uint8_t {
  kZone,     // the zone itself: a version of it that had no such name
  kParent,   // the zone above: for this resolver there is no delegation
  kNowhere,  // no SOA, or a stranger's: no authority has said so
};
DenialSource DenialSourceOf(const DnsSample& sample, const std::string& zone);

}  // namespace dialwatch::diagnosis
