#pragma once

#include <memory>
#include <vector>

#include "probes/media_means.h"
#include "probes/sample.h"
#include "probes/target.h"

namespace dialwatch::probes {

// Probes every target `rounds` times (policy and calls once), `pause` between the rounds, and returns when all samples
// are in. For commands that look once; a few targets are in progress at a time, so that a thousand of them make no
// burst. Where SIGINT or SIGTERM ends the process meanwhile, calls are hung up first. The sink and `watch`, which sees
// trains under way, are called on the caller's thread.
void Sweep(std::shared_ptr<const config::Settings> settings, const std::vector<Target>& targets, int rounds,
           Duration pause, SampleSink sink, TrainWatch watch = {});

}  // namespace dialwatch::probes
