#pragma once

#include <functional>

#include "probes/event_loop.h"
#include "probes/rtp/pacer.h"
#include "probes/train/train.h"

namespace dialwatch::probes {

// Sends a train from a socket of its own. The first packet goes out at once, and the sample comes when patience with
// the last is over, also where there is no socket to send from: trains that began together end together. Dropped with
// the pacer. `done` is called from the loop, never from within, and must not destroy the pacer. `each_second` is given
// what the train has seen until then, about once a second, for those who watch. Thread safety: none; use it on the
// loop's thread only.
void RunTrain(EventLoop& loop, Pacer& pacer, TrainPlan plan, std::function<void(const TrainSample&)> done,
              std::function<void(const TrainSample&)> each_second = {});

// For what carries a train in another way: `step` is called when it says so, until it says nothing, and while it goes
// on `each_second` is given what `so_far` says.
void PaceTrain(Pacer& pacer, Pacer::Step step, std::function<TrainSample()> so_far,
               std::function<void(const TrainSample&)> each_second);

}  // namespace dialwatch::probes
