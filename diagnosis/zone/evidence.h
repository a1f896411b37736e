#pragma once

#include <string>
#include <vector>

#include "diagnosis/rules.h"
#include "diagnosis/zone/facts.h"

// What the rules about zones have in common.
namespace dialwatch::diagnosis {

// The dialers whose names a zone's servers are asked for, sorted; where none has been asked yet, those in the zone.
std::vector<std::string> DialersIn(const Situation& situation, const std::string& zone);

// A row for each server of the zone: its serial, or why it does not serve the zone, and the names that lead to it.
std::vector<EvidenceRow> ServerRows(const ZoneSample& zone);

}  // namespace dialwatch::diagnosis
