#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// call-no-media: a dialer answers calls, but none of our audio comes back, two calls running.
std::vector<Finding> CallNoMedia(const Situation& situation);

}  // namespace dialwatch::diagnosis
