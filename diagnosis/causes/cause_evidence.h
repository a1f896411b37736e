#pragma once

#include <cstddef>
#include <vector>

#include "diagnosis/causes/correlation.h"

namespace dialwatch::diagnosis {

constexpr std::size_t kMostEvidence = 20;

// What each vantage point saw of a cause, over all of its findings and symptoms: where it shows first, then where all
// is well, then the rest. A vantage point that says the same of many dialers has one row, which tells how many they
// are.
std::vector<EvidenceRow> EvidenceOf(const Cause& cause);

}  // namespace dialwatch::diagnosis
