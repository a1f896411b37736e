#pragma once

#include <span>
#include <string>
#include <vector>

#include "diagnosis/finding.h"

namespace dialwatch::alerting {

// What each vantage point saw, as lines of fixed-width text: a line for the subject of each finding, its rows below it.
// Two findings of 8 rows each are shown at most, the others counted.
std::vector<std::string> EvidenceLines(std::span<const diagnosis::Finding> findings);

}  // namespace dialwatch::alerting
