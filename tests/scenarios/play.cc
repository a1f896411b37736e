#include "tests/scenarios/play.h"

#include "tests/scenarios/faults.h"
#include "tests/world/run.h"

namespace dialwatch::scenarios {

Samples Record(const Scenario& scenario, std::uint64_t seed) {
  Scene scene = BuildScene(scenario.world, seed);
  for (const Fault& fault : scenario.faults) Inflict(fault, scene);
  Samples samples;
  world::Run(scene.world, scene.settings, kStart, kStart + scenario.lasts,
             [&](probes::Sample sample) { samples.push_back(std::move(sample)); });
  return samples;
}

Stories Replay(const Scenario& scenario, const Samples& samples) {
  Stories stories;
  daemon::Replayer replayer(BuildScene(scenario.world, 1).settings,
                            [&](const daemon::ReplayEvent& event) { stories.Take(event); });
  for (const probes::Sample& sample : samples) replayer.Add(sample);
  replayer.Finish();
  return stories;
}

}  // namespace dialwatch::scenarios
