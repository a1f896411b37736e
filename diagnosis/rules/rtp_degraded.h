#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// rtp-degraded: audio flows both ways, but badly, three trains running, in two turns at least.
std::vector<Finding> RtpDegraded(const Situation& situation);

}  // namespace dialwatch::diagnosis
