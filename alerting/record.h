#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "diagnosis/incidents/incident.h"
#include "state/store.h"

namespace dialwatch::alerting {

using base::Duration;
using base::TimePoint;
using config::Severity;
using diagnosis::Incident;

// The last that a receiver was told about an incident that it has to think is still there.
struct Told {
  TimePoint at;
  Severity severity = Severity::kWarning;
  std::int64_t first = 0;  // sequence of the first message; while that is in the outbox the receiver knows nothing
  TimePoint since = {};    // of that message
  std::size_t dialers = 0;
  std::optional<TimePoint> storm = {};  // when the one began that it is told with (alerting/storm.h), else alone
  std::string cause = {};               // Incident::cause; empty where a version before this one told it
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
