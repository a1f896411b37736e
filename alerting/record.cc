#include "alerting/record.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <stdexcept>

#include "base/json.h"

namespace dialwatch::alerting {
namespace {

using base::Json;
using diagnosis::EvidenceRow;
using diagnosis::Finding;
using diagnosis::IncidentState;
using diagnosis::Spread;

// Each type is written and read by a pair of functions; a key that is missing or of another type throws a
// Json::exception, which ends in FromRow.

Json Write(TimePoint time) {
  return time.time_since_epoch().count();
}

TimePoint ReadTime(const Json& json) {
  return TimePoint(Duration(json.get<std::int64_t>()));
}

template <typename T>
void PutIfSet(Json& json, const char* key, const std::optional<T>& value) {
  if (value) json[key] = *value;
}

template <typename T>
std::optional<T> GetIfSet(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found == json.end() ? std::nullopt : std::optional(found->template get<T>());
}

Severity ReadSeverity(const Json& json) {
  for (const Severity severity : {Severity::kInfo, Severity::kWarning, Severity::kCritical}) {
    if (json.get<std::string>() == config::FormatSeverity(severity)) return severity;
  }
  throw std::invalid_argument("no such severity");
}

Json Write(const EvidenceRow& row) {
  Json json{{"vantage", row.vantage}};
  PutIfSet(json, "answer", row.answer);
  if (row.ttl) json["ttl"] = row.ttl->count();
  PutIfSet(json, "rcode", row.rcode);
  PutIfSet(json, "rtt_ms", row.rtt_ms);
  PutIfSet(json, "note", row.note);
  return json;
}

EvidenceRow ReadEvidence(const Json& json) {
  EvidenceRow row;
  row.vantage = json.at("vantage");
  row.answer = GetIfSet<std::string>(json, "answer");
  if (const auto ttl = GetIfSet<std::int64_t>(json, "ttl")) row.ttl = std::chrono::seconds(*ttl);
  row.rcode = GetIfSet<std::string>(json, "rcode");
  row.rtt_ms = GetIfSet<double>(json, "rtt_ms");
  row.note = GetIfSet<std::string>(json, "note");
  return row;
}

Json Write(const Spread& spread) {
  Json json{{"copies", spread.copies}, {"wrong", spread.wrong}, {"answers", spread.answers}};
  if (spread.until) json["until"] = Write(*spread.until);
  return json;
}

Spread ReadSpread(const Json& json) {
  Spread spread{.copies = json.at("copies"), .wrong = json.at("wrong"), .answers = json.at("answers"), .until = {}};
  if (json.contains("until")) spread.until = ReadTime(json.at("until"));
  return spread;
}

Json Write(const Finding& finding) {
  const auto& subject = finding.subject;
  Json json{{"id", finding.id},
            {"rule", finding.rule},
            {"severity", config::FormatSeverity(finding.severity)},
            {"subject", {subject.dialer, subject.resolver, subject.authority, subject.server, subject.file}},
            {"since", Write(finding.since)},
            {"summary", finding.summary},
            {"evidence", Json::array()},
            {"affected", finding.affected},
            {"advice", finding.advice}};
  for (const EvidenceRow& row : finding.evidence) json["evidence"].push_back(Write(row));
  if (finding.eta) json["eta"] = Write(*finding.eta);
  if (finding.spread) json["spread"] = Write(*finding.spread);
  return json;
}

Finding ReadFinding(const Json& json) {
  const auto subject = json.at("subject").get<std::array<std::string, 5>>();
  Finding finding;
  finding.id = json.at("id");
  finding.rule = json.at("rule");
  finding.severity = ReadSeverity(json.at("severity"));
  finding.subject = {subject[0], subject[1], subject[2], subject[3], subject[4]};
  finding.since = ReadTime(json.at("since"));
  finding.summary = json.at("summary");
  for (const Json& row : json.at("evidence")) finding.evidence.push_back(ReadEvidence(row));
  finding.affected = json.at("affected").get<std::vector<std::string>>();
  finding.advice = json.at("advice").get<std::vector<std::string>>();
  if (json.contains("eta")) finding.eta = ReadTime(json.at("eta"));
  if (json.contains("spread")) finding.spread = ReadSpread(json.at("spread"));
  return finding;
}

Json Write(const std::vector<Finding>& findings) {
  Json json = Json::array();
  for (const Finding& finding : findings) json.push_back(Write(finding));
  return json;
}

std::vector<Finding> ReadFindings(const Json& json) {
  std::vector<Finding> findings;
  for (const Json& finding : json) findings.push_back(ReadFinding(finding));
  return findings;
}

Json Write(const diagnosis::CourseStep& step) {
  return {{"at", Write(step.at)}, {"came", step.came}, {"went", step.went}};
}

diagnosis::CourseStep ReadStep(const Json& json) {
  return {ReadTime(json.at("at")), json.at("came").get<std::vector<std::string>>(),
          json.at("went").get<std::vector<std::string>>()};
}

Json Write(const diagnosis::Flapping& flapping) {
  Json json{{"times", flapping.times}, {"since", Write(flapping.since)}};
  if (flapping.gone_since) json["gone_since"] = Write(*flapping.gone_since);
  return json;
}

diagnosis::Flapping ReadFlapping(const Json& json) {
  diagnosis::Flapping flapping{.times = json.at("times"), .since = ReadTime(json.at("since")), .gone_since = {}};
  if (json.contains("gone_since")) flapping.gone_since = ReadTime(json.at("gone_since"));
  return flapping;
}

Json Write(const Told& told) {
  Json json{{"at", Write(told.at)},    {"severity", config::FormatSeverity(told.severity)},
            {"first", told.first},     {"since", Write(told.since)},
            {"dialers", told.dialers}, {"cause", told.cause}};
  if (told.storm) json["storm"] = Write(*told.storm);
  return json;
}

Told ReadTold(const Json& json) {
  Told told{.at = ReadTime(json.at("at")), .severity = ReadSeverity(json.at("severity")), .first = json.at("first")};
  if (json.contains("since")) told.since = ReadTime(json.at("since"));
  told.dialers = GetIfSet<std::size_t>(json, "dialers").value_or(SIZE_MAX / 4);  // of an older version: never grown
  if (json.contains("storm")) told.storm = ReadTime(json.at("storm"));
  told.cause = GetIfSet<std::string>(json, "cause").value_or("");
  return told;
}

Json Write(const Record& record) {
  const Incident& incident = record.incident;
  Json json{{"cause", incident.cause},
            {"severity", config::FormatSeverity(incident.severity)},
            {"summary", incident.summary},
            {"affected", incident.affected},
            {"peak", {{"at", Write(incident.peak.at)}, {"dialers", incident.peak.dialers}}},
            {"course", Json::array()},
            {"findings", Write(incident.findings)},
            {"symptoms", Write(incident.symptoms)},
            {"advice", incident.advice},
            {"told", Json::object()}};
  for (const auto& step : incident.course) json["course"].push_back(Write(step));
  if (incident.flapping) json["flapping"] = Write(*incident.flapping);
  if (incident.eta) json["eta"] = Write(*incident.eta);
  for (const auto& [receiver, told] : record.told) json["told"][receiver] = Write(told);
  return json;
}

Record ReadRecord(const Json& json) {
  Record record;
  Incident& incident = record.incident;
  incident.cause = json.at("cause");
  incident.severity = ReadSeverity(json.at("severity"));
  incident.summary = json.at("summary");
  incident.affected = json.at("affected").get<std::vector<std::string>>();
  incident.findings = ReadFindings(json.at("findings"));
  incident.symptoms = ReadFindings(json.at("symptoms"));
  incident.advice = json.at("advice").get<std::vector<std::string>>();
  if (json.contains("peak")) {
    incident.peak = {ReadTime(json.at("peak").at("at")), json.at("peak").at("dialers")};
    for (const Json& step : json.at("course")) incident.course.push_back(ReadStep(step));
  }
  if (json.contains("flapping")) incident.flapping = ReadFlapping(json.at("flapping"));
  if (json.contains("eta")) incident.eta = ReadTime(json.at("eta"));
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
    record.told_at = row.told_at;
    record.sequence = row.sequence;
    return record;
  } catch (const std::exception& damaged) {
    return base::Error{fmt::format("incident {}: what was kept of it cannot be read: {}", row.id, damaged.what())};
  }
}

}  // namespace dialwatch::alerting
