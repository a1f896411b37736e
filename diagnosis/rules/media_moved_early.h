#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// media-moved-early: a dialer has moved, and where it was is dead before the copies of that address have run out.
std::vector<Finding> MediaMovedEarly(const Situation& situation);

}  // namespace dialwatch::diagnosis
