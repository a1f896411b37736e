#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/result.h"
#include "diagnosis/incidents/incident.h"
#include "state/store.h"

namespace dialwatch::alerting {

using base::Duration;
using base::TimePoint;
using config::Severity;
using diagnosis::Incident;

// How long ago it was told. What lies ahead by more than a moment was told by a clock that has been set back since, and
// counts as long ago: else nothing new would be told for as long as that was.
inline Duration Ago(TimePoint told, TimePoint now) {
  constexpr Duration kMoment = std::chrono::minutes(1);
  return told > now + kMoment ? Duration::max() : now - told;
}

// The last that a receiver was told about an incident that it has to think is still there.
struct Told {
  TimePoint at;  // of the last message; of a storm's one incident has it
  Severity severity = Severity::kWarning;
  std::int64_t first = 0;   // sequence of the first message; while that is in the outbox the receiver knows nothing
  TimePoint since = {};     // of that message
  std::size_t dialers = 0;  // most at once until then
  std::optional<TimePoint> storm = {};   // when the one began that it is told with (alerting/storm.h), else alone
  std::string cause = {};                // Incident::cause; empty where a version before this one told it
  std::set<std::string> resolvers = {};  // of its findings so far; likewise
  bool operator==(const Told&) const = default;
};

// An incident as it was last told, and to whom. Value type.
struct Record {
  Incident incident;
  TimePoint told_at;
  std::int64_t sequence = 0;         // of the last message about it
  std::map<std::string, Told> told;  // by receiver

  // All who were told of it have been told its end.
  bool over() const { return incident.state == diagnosis::IncidentState::kResolved && told.empty(); }
  bool operator==(const Record&) const = default;
};

using Records = std::map<std::string, Record>;  // by incident id

// As it is kept in the store, where the body is JSON in a format of this folder's own. Errors: a damaged body.
state::IncidentRow ToRow(const Record& record);
base::Result<Record> FromRow(const state::IncidentRow& row);

}  // namespace dialwatch::alerting
