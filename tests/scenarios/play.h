#pragma once

#include <vector>

#include "probes/sample.h"
#include "tests/scenarios/scene.h"
#include "tests/scenarios/story.h"

namespace dialwatch::scenarios {

using Samples = std::vector<probes::Sample>;

// What the probes see of a scenario, in the order in which it comes.
Samples Record(const Scenario& scenario, std::uint64_t seed);

// What the daemon makes of it, and tells on-call.
Stories Replay(const Scenario& scenario, const Samples& samples);

}  // namespace dialwatch::scenarios
