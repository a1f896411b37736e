#include "daemon/memory/past_incidents.h"

#include <set>
#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "base/names.h"
#include "diagnosis/incidents/kept.h"

namespace dialwatch::daemon {

using base::Json;
using diagnosis::Finding, diagnosis::Incident, diagnosis::IncidentState;
namespace {

// Of hundreds of dialers what each finding goes by is left out, since the incident has its own; of thousands also the
// last findings.
std::string BodyOf(Incident incident) {
  std::string body = base::Dump(Keep(incident));
  if (body.size() <= kLargestBody) return body;
  for (auto* findings : {&incident.findings, &incident.symptoms}) {
    for (Finding& finding : *findings) finding.evidence.clear();
  }
  while ((body = base::Dump(Keep(incident))).size() > kLargestBody && incident.findings.size() > 1) {
    incident.findings.resize(incident.findings.size() / 2);
    incident.symptoms.resize(incident.symptoms.size() / 2);
  }
  return body;
}

}  // namespace

state::PastIncident ToPast(const Incident& incident) {
  return {.id = incident.id,
          .cause = incident.cause,
          .severity = std::string(base::NameOf(incident.severity)),
          .state = std::string(base::NameOf(incident.state)),
          .since = incident.since,
          .until = incident.until,
          .body = BodyOf(incident)};
}

std::vector<Incident> Recall(const std::vector<state::PastIncident>& kept, std::vector<Incident> told) {
  std::vector<Incident> recalled;
  std::set<std::string> ids;
  for (const state::PastIncident& past : kept) {
    auto incident = diagnosis::Recall(Json::parse(past.body, nullptr, false));
    if (!incident) {
      base::LogWarning("state: incident {}: what was kept of it cannot be read: {}", past.id, incident.error().what);
      continue;
    }
    incident->until = past.until;
    incident->state = past.until ? IncidentState::kResolved : IncidentState::kFiring;
    ids.insert(past.id);
    recalled.push_back(*std::move(incident));
  }
  for (Incident& incident : told) {
    if (!ids.contains(incident.id)) recalled.push_back(std::move(incident));
  }
  return recalled;
}

}  // namespace dialwatch::daemon
