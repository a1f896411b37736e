#pragma once

#include <memory>
#include <vector>

#include "diagnosis/snapshot.h"
#include "probes/target.h"

namespace dialwatch::daemon {

// Probes `targets` for `rounds` rounds and judges what came, with the code that the daemon itself uses. For the
// commands that look once. Where a person watches, trains of RTP tell a line a second meanwhile. `settings` must hold
// the dialers that the targets belong to.
std::shared_ptr<const diagnosis::Snapshot> Look(std::shared_ptr<const config::Settings> settings,
                                                const std::vector<probes::Target>& targets, int rounds,
                                                base::Duration pause);

// Whether there was anything to judge: false where we are blind, or no answer came that could be held against anything.
bool CouldEvaluate(const diagnosis::Snapshot& snapshot);

// The settings narrowed down to `names` (dialers by name or host; an unknown host is made up as a dialer). Null after
// telling on stderr which name is neither.
std::shared_ptr<const config::Settings> NarrowedTo(const config::Settings& settings,
                                                   const std::vector<std::string>& names);

}  // namespace dialwatch::daemon
