#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// rtp-one-way: audio flows to a dialer or back from it, and in the other direction next to none does, three trains
// running.
std::vector<Finding> RtpOneWay(const Situation& situation);

}  // namespace dialwatch::diagnosis
