#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "daemon/conclusion.h"
#include "daemon/reports/terminal.h"
#include "diagnosis/snapshot.h"

// What `probe` says of the snapshot's first dialer.
namespace dialwatch::daemon {

// A row for each vantage point, then the conclusion and the first action.
std::string RenderProbe(const diagnosis::Snapshot& snapshot, const Terminal& terminal);

// The cause, the first action, and the names of what else was found.
std::string RenderConclusion(const Conclusion& conclusion, const Terminal& terminal);

// docs/api.md, the object "probe".
base::Json ProbeJson(const diagnosis::Snapshot& snapshot);

}  // namespace dialwatch::daemon
