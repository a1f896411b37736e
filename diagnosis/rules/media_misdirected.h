#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// media-misdirected: a resolver sends callers to an address where nothing echoes, or another dialer does, two trains
// running, while the dialer echoes at the one that the authority or others give.
std::vector<Finding> MediaMisdirected(const Situation& situation);

}  // namespace dialwatch::diagnosis
