#include "diagnosis/incident.h"

#include "base/json.h"

namespace dialwatch::diagnosis {
namespace {

base::Json Ids(const std::vector<Finding>& findings) {
  base::Json ids = base::Json::array();
  for (const Finding& finding : findings) ids.push_back(finding.id);
  return ids;
}

}  // namespace

std::string_view FormatIncidentState(IncidentState state) {
  switch (state) {
    case IncidentState::kPending:
      return "pending";
    case IncidentState::kFiring:
      return "firing";
    case IncidentState::kResolved:
      return "resolved";
  }
  return "pending";
}

base::Json ToJson(const Incident& incident) {
  base::Json json{{"id", incident.id},
                  {"cause", incident.cause},
                  {"severity", FormatSeverity(incident.severity)},
                  {"state", FormatIncidentState(incident.state)},
                  {"since", base::FormatRfc3339(incident.since)}};
  if (incident.until) json["until"] = base::FormatRfc3339(*incident.until);
  json["summary"] = incident.summary;
  json["affected"] = incident.affected;
  json["findings"] = Ids(incident.findings);
  json["symptoms"] = Ids(incident.symptoms);
  if (incident.eta) json["eta"] = base::FormatRfc3339(*incident.eta);
  json["advice"] = incident.advice;
  return json;
}

}  // namespace dialwatch::diagnosis
