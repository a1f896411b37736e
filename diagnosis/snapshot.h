#pragma once

#include <memory>
#include <vector>

#include "diagnosis/dns/judgement.h"
#include "diagnosis/incidents/incident.h"
#include "diagnosis/picture.h"
#include "diagnosis/statistics.h"
#include "diagnosis/stun/judgement.h"

namespace dialwatch::diagnosis {

// All that goes out at one moment; outputs render it and judge nothing. Const and shared: any thread may read it.
struct Snapshot {
  TimePoint at;
  std::shared_ptr<const Settings> settings;
  Picture picture;
  std::vector<Judgement> judgements;
  std::vector<StunJudgement> stun;
  std::vector<Finding> findings;
  std::vector<Incident> incidents;  // open ones, and resolved ones for IncidentBook::kRemember
  Statistics statistics;
};

}  // namespace dialwatch::diagnosis
