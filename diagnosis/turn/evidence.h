#pragma once

#include <string>
#include <vector>

#include "diagnosis/finding.h"
#include "probes/turn/sample.h"

// How a turn at a relay is shown.
namespace dialwatch::diagnosis {

// "turn telnyx (192.0.2.210:3478)" with how far it came, and who leads there.
EvidenceRow RowOf(const probes::TurnSample& sample);

// "google resolves", "google and quad9 resolve".
std::string Resolve(const std::vector<std::string>& resolvers);

}  // namespace dialwatch::diagnosis
