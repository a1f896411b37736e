#include "diagnosis/incidents/incident.h"

#include "base/json.h"
#include "base/names.h"

namespace dialwatch::diagnosis {
namespace {

base::Json Ids(const std::vector<Finding>& findings) {
  base::Json ids = base::Json::array();
  for (const Finding& finding : findings) ids.push_back(finding.id);
  return ids;
}

void PutLife(base::Json& json, const Incident& incident) {
  if (incident.peak.dialers > 0) {
    json["peak"] = {{"at", base::FormatRfc3339(incident.peak.at)}, {"dialers", incident.peak.dialers}};
    json["course"] = base::Json::array();
  }
  for (const CourseStep& step : incident.course) {
    json["course"].push_back({{"at", base::FormatRfc3339(step.at)}, {"came", step.came}, {"went", step.went}});
  }
  if (const auto& flapping = incident.flapping) {
    json["flapping"] = {{"times", flapping->times}, {"since", base::FormatRfc3339(flapping->since)}};
    if (flapping->gone_since) json["flapping"]["gone_since"] = base::FormatRfc3339(*flapping->gone_since);
  }
}

}  // namespace

std::string CompactTime(TimePoint time) {
  std::string text = base::FormatRfc3339Seconds(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

base::Json ToJson(const Incident& incident) {
  base::Json json{{"id", incident.id},
                  {"cause", incident.cause},
                  {"severity", base::NameOf(incident.severity)},
                  {"state", base::NameOf(incident.state)},
                  {"since", base::FormatRfc3339(incident.since)}};
  if (incident.until) json["until"] = base::FormatRfc3339(*incident.until);
  if (!incident.title.empty()) json["title"] = incident.title;
  json["summary"] = incident.summary;
  json["affected"] = incident.affected;
  PutLife(json, incident);
  json["findings"] = Ids(incident.findings);
  json["symptoms"] = Ids(incident.symptoms);
  if (incident.eta) json["eta"] = base::FormatRfc3339(*incident.eta);
  json["advice"] = incident.advice;
  json["evidence"] = base::Json::array();
  for (const EvidenceRow& row : incident.evidence) json["evidence"].push_back(ToJson(row));
  json["confidence"] = ToJson(incident.confidence);
  return json;
}

}  // namespace dialwatch::diagnosis
