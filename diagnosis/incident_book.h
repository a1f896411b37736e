#pragma once

#include <map>
#include <string>
#include <vector>

#include "diagnosis/correlation.h"
#include "diagnosis/incident.h"

namespace dialwatch::diagnosis {

// Groups findings into incidents (same cause and same subject of the cause: resolver, authority or server) and leads
// each through its life: pending for `for`, then firing, then resolved once its findings have been gone for
// `keep_firing_for`. While `vantage-blind` stands, those that are not found beside it neither fire nor resolve, for
// nothing is known of them. Infos make no incident. Pure: the clock comes in as `now`. Thread safety: none.
class IncidentBook {
 public:
  static constexpr Duration kRemember = std::chrono::hours(1);  // how long a resolved incident stays in the list
  static constexpr std::size_t kMaxRemembered = 200;            // the oldest go first

  // `settled_at`: before it, missing findings resolve nothing, since not everything has been probed since the start.
  explicit IncidentBook(TimePoint settled_at = {}) : settled_at_(settled_at) {}

  // From now on missing findings resolve nothing before `time`: the clock has jumped, or much has to be probed anew.
  void SettleAt(TimePoint time) { settled_at_ = time; }

  // Puts back an incident that was open when the process ended, as it was last told.
  void Restore(Incident incident);

  // The findings as they are now → all incidents, open and lately resolved, worst first.
  std::vector<Incident> Update(const std::vector<Finding>& findings, const Settings& settings, TimePoint now);

 private:
  struct Entry {
    Incident incident;
    TimePoint first_seen;  // by us: a finding may date its start back to the first failure
    TimePoint last_seen;
  };
  void Tell(const Settings& settings, Cause cause, TimePoint now);
  void Advance(const Settings& settings, TimePoint now, bool blind);
  void ForgetResolved(TimePoint now);

  TimePoint settled_at_;
  std::map<std::string, Entry> open_;  // by Incident::key
  std::vector<Incident> resolved_;     // oldest first
};

}  // namespace dialwatch::diagnosis
