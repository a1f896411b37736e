#pragma once

#include <vector>

#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {

// What calls say of media-misdirected: a resolver alone sends callers to where no call echoes, while calls do at an
// address that callers are meant to go to. What trains have told already gets a row of evidence more.
void AddMisdirectedCalls(const Situation& situation, const std::vector<DialerCase>& dialers,
                         std::vector<Finding>& findings);

}  // namespace dialwatch::diagnosis
