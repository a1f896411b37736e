#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// vantage-blind, the quorum: every resolver is silent for all names, every authority asked fails, and no STUN server
// answers, each twice running. Any sign of life from beyond our own network, be it an error, and we are not blind.
std::vector<Finding> VantageBlind(const Situation& situation);

}  // namespace dialwatch::diagnosis
