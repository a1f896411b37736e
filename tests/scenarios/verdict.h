#pragma once

#include <string>
#include <vector>

#include "tests/scenarios/scenario.h"
#include "tests/scenarios/story.h"

namespace dialwatch::scenarios {

// How one run of a scenario went. An incident counts by its cause and the cause's subject.
struct Score {
  int named = 0;                         // expected, and fired
  int missed = 0;                        // expected, and did not
  int false_alarms = 0;                  // fired, and nobody expected it
  Duration named_after{}, told_after{};  // the longest
  std::vector<std::string> complaints;   // all that is not as expected, in words; none: the run is right

  void operator+=(const Score& more);
};

// Holds what came against what must come; the scenario begins at `start`.
Score Judge(const Scenario& scenario, const Stories& stories, TimePoint start);

}  // namespace dialwatch::scenarios
