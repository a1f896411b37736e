#include "diagnosis/incidents/kept.h"

#include <array>
#include <cstdint>
#include <stdexcept>

#include "base/json.h"
#include "base/names.h"
#include "probes/record/complete.h"

namespace dialwatch::diagnosis {
namespace {

using base::Json;
using probes::record::FieldCount;

// Who adds a field keeps it here, or says why a restart may forget it.
static_assert(FieldCount<Incident>() == 20 && FieldCount<Finding>() == 11 && FieldCount<EvidenceRow>() == 8);

// Each type is written and read by a pair of functions; a key that is missing or of another type throws, which ends in
// Recall.

Json Write(TimePoint time) {
  return time.time_since_epoch().count();
}

TimePoint ReadTime(const Json& json) {
  return TimePoint(Duration(json.get<std::int64_t>()));
}

void PutTime(Json& json, const char* key, const std::optional<TimePoint>& time) {
  if (time) json[key] = Write(*time);
}

std::optional<TimePoint> GetTime(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found == json.end() ? std::nullopt : std::optional(ReadTime(*found));
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

// Of an enumeration that counts up from zero to `last`.
template <typename Enum>
Enum ReadEnum(const Json& json, Enum last) {
  const auto value = json.get<unsigned>();
  if (value > static_cast<unsigned>(last)) throw std::invalid_argument("no such value");
  return static_cast<Enum>(value);
}

Json Write(const EvidenceRow& row);
Json Write(const Finding& finding);
Json Write(const CourseStep& step);

template <typename T>
Json WriteAll(const std::vector<T>& all) {
  Json json = Json::array();
  for (const T& each : all) json.push_back(Write(each));
  return json;
}

template <typename Read>
auto ReadAll(const Json& json, Read read) {
  std::vector<decltype(read(json))> all;
  for (const Json& each : json.get_ref<const Json::array_t&>()) all.push_back(read(each));
  return all;
}

// Where the key is missing: none.
template <typename Read>
auto ReadAll(const Json& json, const char* key, Read read) {
  return ReadAll(json.value(key, Json::array()), read);
}

Severity ReadSeverity(const Json& json) {
  for (const Severity severity : {Severity::kInfo, Severity::kWarning, Severity::kCritical}) {
    if (json.get<std::string>() == base::NameOf(severity)) return severity;
  }
  throw std::invalid_argument("no such severity");
}

IncidentState ReadState(const Json& json) {
  for (const auto state : {IncidentState::kPending, IncidentState::kFiring, IncidentState::kResolved}) {
    if (json.get<std::string>() == base::NameOf(state)) return state;
  }
  throw std::invalid_argument("no such state");
}

Json Write(const probes::Via& via) {
  return {static_cast<unsigned>(via.kind), via.name, via.server.ToString()};
}

probes::Via ReadVia(const Json& json) {
  const auto server = base::Endpoint::Parse(json.at(2).get<std::string>(), 0);
  if (!server) throw std::invalid_argument(server.error().what);
  return {ReadEnum(json.at(0), probes::Via::Kind::kAuthority), json.at(1), *server};
}

Json Write(const EvidenceRow& row) {
  Json json{{"vantage", row.vantage}};
  PutIfSet(json, "answer", row.answer);
  if (row.ttl) json["ttl"] = row.ttl->count();
  PutIfSet(json, "rcode", row.rcode);
  PutIfSet(json, "rtt_ms", row.rtt_ms);
  PutIfSet(json, "note", row.note);
  if (row.stance != Stance::kNone) json["stance"] = static_cast<unsigned>(row.stance);
  if (row.via) json["via"] = Write(*row.via);
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
  if (json.contains("stance")) row.stance = ReadEnum(json.at("stance"), Stance::kBad);
  if (json.contains("via")) row.via = ReadVia(json.at("via"));
  return row;
}

Json Write(const Spread& spread) {
  Json json{{"copies", spread.copies}, {"wrong", spread.wrong}, {"answers", spread.answers}};
  PutTime(json, "until", spread.until);
  return json;
}

Spread ReadSpread(const Json& json) {
  return {.copies = json.at("copies"),
          .wrong = json.at("wrong"),
          .answers = json.at("answers"),
          .until = GetTime(json, "until")};
}

Json Write(const Finding& finding) {
  const auto& subject = finding.subject;
  Json json{{"id", finding.id},
            {"rule", finding.rule},
            {"severity", base::NameOf(finding.severity)},
            {"subject", {subject.dialer, subject.resolver, subject.authority, subject.server, subject.file}},
            {"since", Write(finding.since)},
            {"summary", finding.summary},
            {"evidence", WriteAll(finding.evidence)},
            {"affected", finding.affected},
            {"advice", finding.advice}};
  PutTime(json, "eta", finding.eta);
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
  finding.evidence = ReadAll(json.at("evidence"), ReadEvidence);
  finding.affected = json.at("affected").get<std::vector<std::string>>();
  finding.advice = json.at("advice").get<std::vector<std::string>>();
  finding.eta = GetTime(json, "eta");
  if (json.contains("spread")) finding.spread = ReadSpread(json.at("spread"));
  return finding;
}

Json Write(const CourseStep& step) {
  return {{"at", Write(step.at)}, {"came", step.came}, {"went", step.went}};
}

CourseStep ReadStep(const Json& json) {
  return {ReadTime(json.at("at")), json.at("came").get<std::vector<std::string>>(),
          json.at("went").get<std::vector<std::string>>()};
}

Json Write(const Flapping& flapping) {
  Json json{{"times", flapping.times}, {"since", Write(flapping.since)}};
  PutTime(json, "gone_since", flapping.gone_since);
  return json;
}

Flapping ReadFlapping(const Json& json) {
  return {.times = json.at("times"), .since = ReadTime(json.at("since")), .gone_since = GetTime(json, "gone_since")};
}

Json Write(const Confidence& confidence) {
  return {{"level", static_cast<unsigned>(confidence.level)},
          {"for", confidence.reasons_for},
          {"against", confidence.reasons_against}};
}

Confidence ReadConfidence(const Json& json) {
  return {ReadEnum(json.at("level"), Confidence::Level::kCertain), json.at("for").get<std::vector<std::string>>(),
          json.at("against").get<std::vector<std::string>>()};
}

Incident Read(const Json& json) {
  Incident incident;
  incident.id = json.value("id", "");
  incident.key = json.value("key", "");
  incident.cause = json.at("cause");
  incident.severity = ReadSeverity(json.at("severity"));
  if (json.contains("state")) incident.state = ReadState(json.at("state"));
  incident.since = GetTime(json, "since").value_or(TimePoint());
  incident.until = GetTime(json, "until");
  incident.title = json.value("title", "");
  incident.summary = json.at("summary");
  incident.affected = json.at("affected").get<std::vector<std::string>>();
  if (json.contains("peak")) incident.peak = {ReadTime(json.at("peak").at("at")), json.at("peak").at("dialers")};
  incident.course = ReadAll(json, "course", ReadStep);
  if (json.contains("flapping")) incident.flapping = ReadFlapping(json.at("flapping"));
  incident.comings = ReadAll(json, "comings", ReadTime);
  incident.findings = ReadAll(json.at("findings"), ReadFinding);
  incident.symptoms = ReadAll(json.at("symptoms"), ReadFinding);
  incident.eta = GetTime(json, "eta");
  incident.advice = json.at("advice").get<std::vector<std::string>>();
  incident.evidence = ReadAll(json, "evidence", ReadEvidence);
  if (json.contains("confidence")) incident.confidence = ReadConfidence(json.at("confidence"));
  return incident;
}

}  // namespace

Json Keep(const Incident& incident) {
  Json json{{"id", incident.id},
            {"key", incident.key},
            {"cause", incident.cause},
            {"severity", base::NameOf(incident.severity)},
            {"state", base::NameOf(incident.state)},
            {"since", Write(incident.since)},
            {"title", incident.title},
            {"summary", incident.summary},
            {"affected", incident.affected},
            {"peak", {{"at", Write(incident.peak.at)}, {"dialers", incident.peak.dialers}}},
            {"course", WriteAll(incident.course)},
            {"comings", WriteAll(incident.comings)},
            {"findings", WriteAll(incident.findings)},
            {"symptoms", WriteAll(incident.symptoms)},
            {"advice", incident.advice},
            {"evidence", WriteAll(incident.evidence)},
            {"confidence", Write(incident.confidence)}};
  PutTime(json, "until", incident.until);
  if (incident.flapping) json["flapping"] = Write(*incident.flapping);
  PutTime(json, "eta", incident.eta);
  return json;
}

base::Result<Incident> Recall(const Json& kept) {
  try {
    return Read(kept);
  } catch (const std::exception& damaged) {
    return base::Error{damaged.what()};
  }
}

}  // namespace dialwatch::diagnosis
