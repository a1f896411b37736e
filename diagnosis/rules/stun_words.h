#pragma once

#include <string>
#include <vector>

#include "diagnosis/evidence.h"
#include "diagnosis/stun_view.h"

// How the rules about STUN show what was seen.
namespace dialwatch::diagnosis {

// "stun telnyx (192.0.2.200:3478)" with what it said.
EvidenceRow RowOf(const StunSample& sample, std::string note);
// What was measured of our NAT there.
EvidenceRow RowOf(const NatSample& sample);

// "mapping endpoint-independent, filtering address-dependent, a mapping lives 20 to 30 s"
std::string NatText(const NatSample& sample);

// "timeout", "error-response 500: Server Error".
std::string OutcomeText(const StunSample& sample);

// Which resolvers lead to the address: "google", "google and quad9"; empty for a literal one.
std::string LeadsThere(const StunSample& sample);

// A row for every address of the server, with how it fared and who leads there.
std::vector<EvidenceRow> RowsOf(const StunView& server);
// The newest of all servers but one.
std::vector<EvidenceRow> RowsOfOthers(const Picture& picture, const std::string& server);

// "telnyx says 203.0.113.10 and twilio says 192.0.2.66", each once.
std::string Said(const std::vector<const StunSample*>& samples);

}  // namespace dialwatch::diagnosis
