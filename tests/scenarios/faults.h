#pragma once

#include "tests/scenarios/scene.h"

namespace dialwatch::scenarios {

// From here on the scene's world has the fault, at its times.
void Inflict(const Fault& fault, Scene& scene);

}  // namespace dialwatch::scenarios
