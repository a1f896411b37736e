#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "diagnosis/causes/aftermath.h"
#include "diagnosis/incidents/incident.h"

namespace dialwatch::diagnosis {

// Groups findings into incidents (same cause and same subject of the cause: resolver, authority or server) and leads
// each through its life: pending for `for`, then firing, then resolved once its findings have been gone for long enough
// (diagnosis/hold.h). One that keeps coming back is held open as one that flaps. While `vantage-blind`
// stands, those that are not found beside it neither fire nor resolve, for nothing is known of them. One that fires
// keeps what is left of it when its cause is gone, and goes over to a cause that comes to light behind it. Infos make
// no incident. Pure: the clock comes in as `now`. Thread safety: none.
class IncidentBook {
 public:
  static constexpr Duration kRemember = std::chrono::hours(1);  // how long a resolved incident stays in the list
  static constexpr std::size_t kMaxRemembered = 200;            // the oldest go first

  // One that fires for the third time within an hour flaps: from then on it is over only after it has stayed away for
  // longer than such a one does on the average. Two may be the trouble and its mending.
  static constexpr int kFlapTimes = 3;
  static constexpr Duration kFlapWindow = std::chrono::hours(1);
  static constexpr Duration kFlapQuiet = kFlapWindow / (kFlapTimes - 1);

  // `settled_at`: before it, missing findings resolve nothing, since not everything has been probed since the start.
  explicit IncidentBook(TimePoint settled_at = {}) : settled_at_(settled_at) {}

  // The clock has jumped to `now`, or much has to be probed anew: missing findings resolve nothing before `settled_at`.
  // What lay in between has not made anything older; what lies ahead now was just now.
  void StartAnew(TimePoint now, TimePoint settled_at);

  // Puts back an incident as it was last known when the process ended: one that was open goes on, one that was resolved
  // lately is remembered, and counts for flapping.
  void Restore(Incident incident);

  // The findings as they are now → all incidents, open and lately resolved, worst first.
  std::vector<Incident> Update(const std::vector<Finding>& findings, const Settings& settings, TimePoint now);

 private:
  struct Entry {
    Incident incident;
    TimePoint first_seen;  // by us: a finding may date its start back to the first failure
    TimePoint came;        // again, where it flaps
    TimePoint last_seen;
    Presence affected = {};
    Aftermath told = {};
  };
  Aftermaths Told() const;  // by what fires
  bool Fires(const std::string& key) const;
  bool IsTaken(const std::string& id, const std::string& key) const;                 // by an incident of another key
  bool FiresNow(const Cause& cause, const Settings& settings, TimePoint now) const;  // for the first time
  bool TakeOver(const Cause& cause, TimePoint now);
  void KeepExplained(const std::vector<Cause>& causes, TimePoint now);
  void Tell(const Settings& settings, Cause cause, TimePoint now);
  bool LeadOn(Entry& entry, const Settings& settings, TimePoint now, bool blind);
  void StayUnknown(Entry& entry, TimePoint now) const;
  void Advance(const Settings& settings, TimePoint now, bool blind);
  void FollowAffected(Entry& entry, const Settings& settings, TimePoint now, bool blind) const;
  void NoteComing(Entry& entry, TimePoint at);
  void RecallComings(const Incident& incident);
  void Forget(TimePoint now);

  TimePoint settled_at_;
  std::optional<TimePoint> updated_;                       // last
  std::map<std::string, Entry> open_;                      // by Incident::key
  std::vector<Incident> resolved_;                         // oldest first
  std::map<std::string, std::vector<TimePoint>> comings_;  // of those that fired within kFlapWindow, by Incident::key
};

}  // namespace dialwatch::diagnosis
