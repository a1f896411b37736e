#include "alerting/record.h"

#include <fmt/format.h>

#include <cstdint>
#include <stdexcept>

#include "base/json.h"
#include "base/names.h"
#include "diagnosis/incidents/kept.h"

namespace dialwatch::alerting {
namespace {

using base::Json;
using diagnosis::IncidentState;

// Each type is written and read by a pair of functions; a key that is missing or of another type throws a
// Json::exception, which ends in FromRow.

Json Write(TimePoint time) {
  return time.time_since_epoch().count();
}

TimePoint ReadTime(const Json& json) {
  return TimePoint(Duration(json.get<std::int64_t>()));
}

Severity ReadSeverity(const Json& json) {
  for (const Severity severity : {Severity::kInfo, Severity::kWarning, Severity::kCritical}) {
    if (json.get<std::string>() == base::NameOf(severity)) return severity;
  }
  throw std::invalid_argument("no such severity");
}

Json Write(const Told& told) {
  Json json{{"at", Write(told.at)},       {"severity", base::NameOf(told.severity)},
            {"first", told.first},        {"since", Write(told.since)},
            {"dialers", told.dialers},    {"cause", told.cause},
            {"resolvers", told.resolvers}};
  if (told.storm) json["storm"] = Write(*told.storm);
  return json;
}

Told ReadTold(const Json& json) {
  Told told{.at = ReadTime(json.at("at")), .severity = ReadSeverity(json.at("severity")), .first = json.at("first")};
  if (json.contains("since")) told.since = ReadTime(json.at("since"));
  told.dialers = json.value("dialers", std::size_t{SIZE_MAX / 4});  // of an older version: never grown
  if (json.contains("storm")) told.storm = ReadTime(json.at("storm"));
  told.cause = json.value("cause", "");
  told.resolvers = json.value("resolvers", std::set<std::string>{});
  return told;
}

Json Write(const Record& record) {
  Json json = diagnosis::Keep(record.incident);
  json["told"] = Json::object();
  for (const auto& [receiver, told] : record.told) json["told"][receiver] = Write(told);
  return json;
}

Record ReadRecord(const Json& json) {
  auto incident = diagnosis::Recall(json);
  if (!incident) throw std::invalid_argument(incident.error().what);
  Record record;
  record.incident = *std::move(incident);
  for (const auto& [receiver, told] : json.at("told").items()) record.told[receiver] = ReadTold(told);
  return record;
}

}  // namespace

state::IncidentRow ToRow(const Record& record) {
  return {.id = record.incident.id,
          .key = record.incident.key,
          .state = record.over() ? "resolved" : "firing",
          .since = record.incident.since,
          .told_at = record.told_at,
          .sequence = record.sequence,
          .body = base::Dump(Write(record))};
}

base::Result<Record> FromRow(const state::IncidentRow& row) {
  try {
    Record record = ReadRecord(Json::parse(row.body));
    record.incident.id = row.id;
    record.incident.key = row.key;
    record.incident.state = IncidentState::kFiring;
    record.incident.since = row.since;
    record.incident.until.reset();
    record.told_at = row.told_at;
    record.sequence = row.sequence;
    return record;
  } catch (const std::exception& damaged) {
    return base::Error{fmt::format("incident {}: what was kept of it cannot be read: {}", row.id, damaged.what())};
  }
}

}  // namespace dialwatch::alerting
