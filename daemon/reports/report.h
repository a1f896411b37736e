#pragma once

#include <string>

#include "daemon/reports/terminal.h"
#include "diagnosis/snapshot.h"

namespace dialwatch::daemon {

// One finding as text: what, the evidence as a table, until when, what to do.
std::string RenderFinding(const diagnosis::Finding& finding, base::TimePoint now, const Terminal& terminal);

// What `check` prints: the findings, worst first, and a line that sums up.
std::string RenderCheck(const diagnosis::Snapshot& snapshot, const Terminal& terminal);

}  // namespace dialwatch::daemon
