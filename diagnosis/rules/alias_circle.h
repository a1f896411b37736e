#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// A name whose aliases come back to it: nobody can find its address. Told under dns-unexpected.
std::vector<Finding> AliasCircles(const Situation& situation);

}  // namespace dialwatch::diagnosis
