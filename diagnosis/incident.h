#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "diagnosis/finding.h"

namespace dialwatch::diagnosis {

enum class IncidentState : std::uint8_t { kPending, kFiring, kResolved };
std::string_view FormatIncidentState(IncidentState state);

// Findings that share a cause, told once.
struct Incident {
  std::string id;   // stable over restarts: cause, subject of the cause and start, "dns-bogus:google:20200831T130500Z"
  std::string key;  // what makes two incidents the same one: cause and its subject, "dns-bogus:google"
  std::string cause;  // rule id of the findings at the root
  Severity severity = Severity::kWarning;
  IncidentState state = IncidentState::kPending;
  TimePoint since;                 // start of the earliest finding
  std::optional<TimePoint> until;  // kResolved only
  std::string summary;
  std::vector<std::string> affected;  // dialer names, sorted
  std::vector<Finding> findings;      // of the cause
  std::vector<Finding> symptoms;      // explained by the cause
  std::optional<TimePoint> eta;       // the latest of its findings'
  std::vector<std::string> advice;

  bool operator==(const Incident&) const = default;
};

// docs/api.md, the object "Incident": findings and symptoms as ids.
base::Json ToJson(const Incident& incident);

}  // namespace dialwatch::diagnosis
