#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// call-session-timer: dialers answer without agreeing to a session timer, so that they keep a call whose caller died.
// One finding for all of them.
std::vector<Finding> CallSessionTimer(const Situation& situation);

}  // namespace dialwatch::diagnosis
