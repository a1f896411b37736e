#pragma once

#include <string>
#include <vector>

#include "tests/scenarios/scenario.h"
#include "tests/scenarios/verdict.h"

namespace dialwatch::scenarios {

// A scenario, and how all its runs went.
struct Row {
  Scenario scenario;
  Score score;
};

// The part of docs/scenarios.md that follows from the catalogue: figures, and a table for each group.
std::string DescribeCatalogue(const std::vector<Row>& rows, int seeds);

}  // namespace dialwatch::scenarios
