#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "diagnosis/causes/confidence.h"
#include "diagnosis/incidents/course.h"

namespace dialwatch::diagnosis {

enum class IncidentState : std::uint8_t { kPending, kFiring, kResolved };
constexpr std::array<std::string_view, 3> NamesOf(IncidentState /*type only*/) {
  return {"pending", "firing", "resolved"};
}

// When most dialers were affected at once.
struct Peak {
  TimePoint at;
  std::size_t dialers = 0;
  bool operator==(const Peak&) const = default;
};

// That an incident comes and goes.
struct Flapping {
  int times = 0;                        // that it came
  TimePoint since;                      // when it came first of these
  std::optional<TimePoint> gone_since;  // where it is not there now
  bool operator==(const Flapping&) const = default;
};

// Findings that share a cause, told once.
struct Incident {
  std::string id;   // stable over restarts: cause, subject of the cause and start, "dns-bogus:google:20200831T130500Z"
  std::string key;  // what makes two incidents the same one: cause and its subject, "dns-bogus:google"
  std::string cause;  // rule id of the findings at the root
  Severity severity = Severity::kWarning;
  IncidentState state = IncidentState::kPending;
  TimePoint since;                 // start of the earliest finding
  std::optional<TimePoint> until;  // kResolved only
  std::string title = {};          // the summary in a few words; empty where there are none
  std::string summary;
  std::vector<std::string> affected;  // at any time: dialer names, in natural order
  Peak peak = {};
  Course course = {};                     // how the affected changed
  std::optional<Flapping> flapping = {};  // where it does
  std::vector<TimePoint> comings = {};    // of it and those before it of its key, lately: what flapping is told by
  std::vector<Finding> findings;          // of the cause
  std::vector<Finding> symptoms;          // explained by the cause
  std::optional<TimePoint> eta;           // the latest of its findings'
  std::vector<std::string> advice;
  std::vector<EvidenceRow> evidence = {};  // of the newest findings, per vantage point
  Confidence confidence = {};

  bool operator==(const Incident&) const = default;
};

// "20200831T130500Z", as ids have it.
std::string CompactTime(TimePoint time);

// docs/api.md, the object "Incident": findings and symptoms as ids.
base::Json ToJson(const Incident& incident);

}  // namespace dialwatch::diagnosis
