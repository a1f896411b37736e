#pragma once

#include <memory>

#include "config/settings.h"
#include "probes/sample.h"
#include "tests/world/world.h"

namespace dialwatch::world {

// Gives the sink the samples that one worker would have had with these settings in this world from `from` to `to`, in
// the order in which they would have come: by the scheduler's turns, with all that is asked again where something looks
// wrong. No socket, no clock but that of the world; the same seed gives the same samples. The world's caches are left
// as they are by then.
void Run(World& world, const std::shared_ptr<const config::Settings>& settings, TimePoint from, TimePoint to,
         const probes::SampleSink& sink);

}  // namespace dialwatch::world
