#include "daemon/memory/incident_log.h"

#include <utility>

#include "base/duration_text.h"
#include "base/log.h"

namespace dialwatch::daemon {
namespace {

using diagnosis::Incident;
using diagnosis::IncidentState;

void Tell(const Incident& incident) {
  switch (incident.state) {
    case IncidentState::kPending:
      return base::LogInfo("incident {} pending: {}", incident.id, incident.summary);
    case IncidentState::kFiring:
      return base::LogWarning("incident {} firing: {}", incident.id, incident.summary);
    case IncidentState::kResolved:
      return base::LogInfo("incident {} resolved after {}", incident.id,
                           base::DescribeDuration(incident.until.value_or(incident.since) - incident.since));
  }
}

}  // namespace

void IncidentLog::Note(const diagnosis::Snapshot& snapshot) {
  std::map<std::string, IncidentState> now;
  for (const Incident& incident : snapshot.incidents) {
    now[incident.id] = incident.state;
    const auto before = known_.find(incident.id);
    if (before == known_.end() && incident.until) continue;  // it ended before our start, and was told then
    if (before == known_.end() || before->second != incident.state) Tell(incident);
  }
  known_ = std::move(now);
}

}  // namespace dialwatch::daemon
