#pragma once

#include <string>
#include <vector>

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// The dialers whose names a zone's servers are asked for, sorted; where none has been asked yet, those in the zone.
std::vector<std::string> DialersIn(const Situation& situation, const std::string& zone);

}  // namespace dialwatch::diagnosis
