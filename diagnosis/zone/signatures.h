#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "diagnosis/rules.h"
#include "probes/dns/record_fields.h"

// The signatures of a zone (RFC 4034 §3), as its servers give them. Resolvers are no witnesses.
namespace dialwatch::diagnosis {

constexpr Duration kClockSkew = std::chrono::minutes(5);  // between us and the signer

// One signed RRset at one server, with the signature that holds the longest.
struct Signed {
  std::string owner, server;
  probes::RrsigFields signature;
  TimePoint seen;
};

using SignedSets = std::map<std::pair<std::string, std::string>, Signed>;  // by owner and type, server

bool HasType(const std::vector<probes::DnsRecord>& records, base::RecordType type);

// Those of the last look at the zone and of the dialers' names in it, the keys' without a server; empty for a zone
// whose SOA record has none at any server. Of several signatures of one set the best.
SignedSets SignaturesOf(const Situation& situation, const probes::ZoneSample& zone);

}  // namespace dialwatch::diagnosis
