#pragma once

#include <string>
#include <vector>

#include "diagnosis/finding.h"
#include "probes/turn/sample.h"

// How a turn at a relay is shown.
namespace dialwatch::diagnosis {

// "error-response 403 at permit: Forbidden IP", "no-data: nothing came through the relay in either direction",
// "relayed".
std::string OutcomeText(const probes::TurnSample& sample);

// "turn telnyx (192.0.2.210:3478)" with how far it came, and who leads there.
EvidenceRow RowOf(const probes::TurnSample& sample);

// "google resolves", "google and quad9 resolve".
std::string Resolve(const std::vector<std::string>& resolvers);

}  // namespace dialwatch::diagnosis
