// memory_pages.h: the incidents that stand, and those that are past.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/names.h"
#include "base/rfc3339.h"
#include "diagnosis/incidents/kept.h"
#include "exporter/memory_pages.h"
#include "exporter/memory_source.h"

namespace dialwatch::exporter {
namespace {

using base::Json;

// One whose body is damaged is told by what else is known of it.
Json ToJson(const state::PastIncident& past) {
  const auto incident = diagnosis::Recall(Json::parse(past.body, nullptr, false));
  if (incident) return ToJson(*incident);
  Json json{{"id", past.id},
            {"cause", past.cause},
            {"severity", past.severity},
            {"state", past.state},
            {"since", base::FormatRfc3339(past.since)}};
  if (past.until) json["until"] = base::FormatRfc3339(*past.until);
  return json;
}

bool Stood(const diagnosis::Incident& incident, const state::IncidentQuery& query) {
  return (!query.from || !incident.until || *incident.until >= *query.from) &&
         (!query.to || incident.since < *query.to) &&
         (query.state.empty() || base::NameOf(incident.state) == query.state);
}

state::IncidentQuery ReadQuery(ParameterReader& reader) {
  state::IncidentQuery query;
  query.from = reader.Time("from");
  query.to = reader.Time("to");
  query.state = reader.Text("state");
  const std::array<std::string_view, 4> states{"", "pending", "firing", "resolved"};
  if (std::ranges::find(states, query.state) == states.end()) reader.Refuse("state is pending, firing or resolved");
  query.most = reader.Count("limit", 100, 1000);
  const std::string after = reader.Text("after");
  if (after.empty()) return query;
  const std::size_t space = after.find(' ');
  const auto since = base::ParseRfc3339(std::string_view(after).substr(0, space));
  if (!since || space == std::string::npos) {
    reader.Refuse("after is what another page has as its next");
  } else {
    query.after = {*since, after.substr(space + 1)};
  }
  return query;
}

}  // namespace

Page IncidentsPage(const Parameters& parameters, const Sources& sources) {
  ParameterReader reader(parameters);
  const state::IncidentQuery query = ReadQuery(reader);
  if (const std::string error = reader.Error(); !error.empty()) return Refusal(400, error);

  const auto snapshot = sources.snapshot();
  Json answer{{"version", 1}};
  if (snapshot) answer["at"] = base::FormatRfc3339(snapshot->at);
  answer["incidents"] = Json::array();
  std::vector<std::string> live;
  for (const auto& incident : snapshot ? snapshot->incidents : std::vector<diagnosis::Incident>()) {
    live.push_back(incident.id);
    if (!query.after && Stood(incident, query)) answer["incidents"].push_back(ToJson(incident));
  }
  if (sources.state_path.empty()) return {200, kJsonType, base::Dump(answer)};
  const auto memory = OpenMemory(sources);
  const auto past = memory ? memory->ReadIncidents(query) : memory.error();
  if (!past) {  // what stands now is told all the same
    answer["memory_error"] = past.error().what;
    return {200, kJsonType, base::Dump(answer)};
  }
  for (const auto& each : *past) {
    if (std::ranges::find(live, each.id) == live.end()) answer["incidents"].push_back(ToJson(each));
  }
  if (past->size() == query.most) {
    answer["next"] = fmt::format("{} {}", base::FormatRfc3339(past->back().since), past->back().id);
  }
  return {200, kJsonType, base::Dump(answer)};
}

Page IncidentPage(std::string_view id, const Sources& sources) {
  const auto snapshot = sources.snapshot();
  const auto live = snapshot ? std::ranges::find(snapshot->incidents, id, &diagnosis::Incident::id)
                             : std::vector<diagnosis::Incident>::const_iterator();
  Json json;
  if (snapshot && live != snapshot->incidents.end()) json = ToJson(*live);
  const auto memory = OpenMemory(sources);
  if (memory && json.is_null()) {
    const auto past = memory->ReadIncident(std::string(id));
    if (!past) return Refusal(503, past.error().what);
    if (*past) json = ToJson(**past);
  }
  if (json.is_null()) return Refusal(404, "no such incident; /api/v1/incidents lists those that are known");
  if (const auto told = memory ? memory->ReadNotifications(std::string(id)) : memory.error(); told) {
    json["notifications"] = Json::array();
    for (const auto& each : *told) {
      json["notifications"].push_back({{"receiver", each.receiver},
                                       {"created", base::FormatRfc3339(each.created)},
                                       {"ended", base::FormatRfc3339(each.ended)},
                                       {"outcome", each.outcome}});
    }
  }
  return {200, kJsonType, base::Dump(json)};
}

}  // namespace dialwatch::exporter
