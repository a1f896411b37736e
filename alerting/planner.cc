#include "alerting/planner.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "alerting/storm.h"

namespace dialwatch::alerting {
namespace {

using config::Receiver;
using config::Settings;
using diagnosis::IncidentState;

// The records by the incidents as they are now listed: by id, else by key, since an incident whose record was out of
// reach at the start began anew under another id.
class Matching {
 public:
  Matching(const std::vector<Incident>& incidents, const Records& records) : records_(records) {
    std::set<std::string_view> listed;
    for (const Incident& incident : incidents) listed.insert(incident.id);
    for (const auto& [id, record] : records) {
      if (!listed.contains(id)) unlisted_[record.incident.key] = &record;
    }
  }

  // Null where it was never told.
  const Record* Take(const Incident& incident) {
    if (const auto same = records_.find(incident.id); same != records_.end()) return &same->second;
    if (incident.state == IncidentState::kResolved) return nullptr;
    const auto alike = unlisted_.extract(incident.key);
    return alike ? alike.mapped() : nullptr;
  }

  // What no call took, after all have been made.
  const auto& unlisted() const { return unlisted_; }

 private:
  const Records& records_;
  std::map<std::string_view, const Record*> unlisted_;  // by key
};

// The incident as it is now, under the id that it was told by.
Record Continued(const Incident& incident, const Record* record) {
  Record next = record == nullptr ? Record{} : *record;
  next.incident = incident;
  if (record != nullptr && record->incident.id != incident.id) {
    next.incident.id = record->incident.id;
    next.incident.since = std::min(record->incident.since, incident.since);
  }
  return next;
}

// All that somebody is told of, or may have to be.
std::vector<Telling> Tellings(const std::vector<Incident>& incidents, const Records& records, const Outbox& outbox,
                              const Settings& settings, TimePoint now) {
  std::vector<Telling> tellings;
  Matching matching(incidents, records);
  for (const Incident& incident : incidents) {
    const Record* record = matching.Take(incident);
    const bool resolved = incident.state == IncidentState::kResolved;
    if (incident.state == IncidentState::kFiring || (resolved && record != nullptr)) {
      tellings.emplace_back(Continued(incident, record), outbox, settings, now);
    }
  }
  for (const auto& [key, record] : matching.unlisted()) {
    Incident ended = record->incident;
    ended.state = IncidentState::kResolved;
    ended.until = now;
    tellings.emplace_back(Continued(ended, record), outbox, settings, now);
  }
  return tellings;
}

}  // namespace

std::vector<Change> Plan(const std::vector<Incident>& incidents, const Records& records, const Outbox& outbox,
                         const Settings& settings, TimePoint now) {
  std::vector<Telling> tellings = Tellings(incidents, records, outbox, settings, now);
  for (const Receiver& receiver : settings.receivers) {
    const bool storm = TellStorms(tellings, receiver, outbox, settings, now);
    for (Telling& telling : tellings) {
      if (!storm || telling.told(receiver) != nullptr) telling.Alone(receiver);
    }
  }
  std::vector<Change> changes;
  for (Telling& telling : tellings) {
    if (auto change = telling.Take()) changes.push_back(*std::move(change));
  }
  return changes;
}

}  // namespace dialwatch::alerting
