#pragma once

#include <string>
#include <vector>

#include "diagnosis/evidence.h"
#include "diagnosis/stun/mapping.h"

// How the rules about STUN show what was seen.
namespace dialwatch::diagnosis {

// "stun telnyx (192.0.2.200:3478)" with what it said.
EvidenceRow RowOf(const StunSample& sample, std::string note);
// What was measured of our NAT there.
EvidenceRow RowOf(const NatSample& sample);

// "google (8.8.8.8)" with what it said of the server's name: "stun.telnyx.com: NXDOMAIN".
EvidenceRow RowOf(const Lookup& lookup);

// "mapping endpoint-independent, filtering address-dependent, a mapping lives 20 to 30 s"
std::string NatText(const NatSample& sample);

// "timeout", "error-response 500: Server Error".
std::string OutcomeText(const StunSample& sample);

// Which resolvers lead to the address: "google", "google and quad9"; empty for a literal one.
std::string LeadsThere(const StunSample& sample);

// A row for every address of the server, with how it fared and who leads there.
std::vector<EvidenceRow> RowsOf(const StunView& server);
// The newest of other servers: a few, since each of many servers may have a finding.
constexpr std::size_t kMostOthers = 10;
std::vector<EvidenceRow> RowsOfOthers(const Picture& picture, const std::string& server);

// "telnyx and twilio say 203.0.113.10 and liar says 192.0.2.66".
std::string Said(const StunRound& round);

// What tells who is wrong: "most servers say 203.0.113.10". `right`: those that are not, of the family `v6`.
std::string GroundText(MappingVerdict::Ground ground, const StunRound& right, const Settings& settings, bool v6);

// What to do where our NAT may have both addresses.
inline constexpr const char* kListBoth =
    "if both addresses are yours (two lines, a pool), list both in `expect_mapped`: then nobody is wrong";

}  // namespace dialwatch::diagnosis
