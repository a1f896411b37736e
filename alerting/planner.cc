#include "alerting/planner.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "alerting/receivers/receiver.h"

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

// The changes to one incident, receiver by receiver.
class Telling {
 public:
  Telling(Record record, const Outbox& outbox, const Settings& settings, TimePoint now)
      : outbox_(outbox), settings_(settings), now_(now) {
    change_.record = std::move(record);
  }

  void Firing(const Receiver& receiver) {
    auto& told = change_.record.told;
    const auto before = told.find(receiver.name);
    const Incident& incident = change_.record.incident;
    if (incident.severity < receiver.min_severity) return;
    if (before == told.end() || incident.severity > before->second.severity) {
      Tell(receiver, Occasion::kFiring);
    } else if (now_ - before->second.at >= settings_.alerting.repeat) {
      Tell(receiver, Occasion::kStillFiring);
    }
  }

  void Resolved(const Receiver& receiver) { Tell(receiver, Occasion::kResolved); }

  // Those who are no longer configured are told nothing.
  void ForgetOthers() {
    std::erase_if(change_.record.told, [&](const auto& told) {
      const auto& all = settings_.receivers;
      return std::none_of(all.begin(), all.end(), [&](const Receiver& one) { return one.name == told.first; });
    });
  }

  std::optional<Change> Take() {
    if (change_.messages.empty() && !change_.record.over()) return std::nullopt;
    return std::move(change_);
  }

 private:
  void Tell(const Receiver& receiver, Occasion occasion) {
    const Kind* kind = FindKind(receiver.kind);
    const OutboxQueue* waiting = outbox_.Find(receiver.name, change_.record.incident.id);
    if (kind == nullptr || (waiting != nullptr && waiting->in_flight)) return;

    Record& record = change_.record;
    const auto before = record.told.find(receiver.name);
    const bool knows = before != record.told.end() && !Withdraw(waiting, before->second.first);
    if (!knows && occasion == Occasion::kStillFiring) occasion = Occasion::kFiring;
    if (!knows && occasion == Occasion::kResolved) occasion = Occasion::kMissed;

    if (change_.messages.empty()) ++record.sequence;
    record.told_at = now_;
    const std::int64_t first = knows ? before->second.first : record.sequence;
    if (occasion == Occasion::kResolved || occasion == Occasion::kMissed) {
      record.told.erase(receiver.name);
    } else {
      record.told[receiver.name] = {now_, record.incident.severity, first};
    }
    change_.composed.push_back(Compose(record.incident, occasion, settings_, now_));
    change_.messages.push_back({.receiver = receiver.name,
                                .incident = record.incident.id,
                                .sequence = record.sequence,
                                .payload = kind->render(change_.composed.back()),
                                .created = now_,
                                .due = now_});
  }

  // Takes back all that waits; true where message number `first` was among it.
  bool Withdraw(const OutboxQueue* waiting, std::int64_t first) {
    if (waiting == nullptr) return false;
    change_.withdrawn.insert(change_.withdrawn.end(), waiting->rows.begin(), waiting->rows.end());
    return std::any_of(waiting->rows.begin(), waiting->rows.end(),
                       [&](const OutboxRow& row) { return row.sequence == first; });
  }

  const Outbox& outbox_;
  const Settings& settings_;
  const TimePoint now_;
  Change change_;
};

std::optional<Change> PlanOne(const Incident& incident, const Record* record, const Outbox& outbox,
                              const Settings& settings, TimePoint now) {
  Record next = record == nullptr ? Record{} : *record;
  next.incident = incident;
  if (record != nullptr) {
    next.incident.id = record->incident.id;
    next.incident.since = std::min(record->incident.since, incident.since);
  }
  Telling telling(next, outbox, settings, now);
  const bool resolved = incident.state == IncidentState::kResolved;
  if (resolved) telling.ForgetOthers();
  for (const Receiver& receiver : settings.receivers) {
    if (!resolved) {
      telling.Firing(receiver);
    } else if (next.told.contains(receiver.name)) {
      telling.Resolved(receiver);
    }
  }
  return telling.Take();
}

}  // namespace

std::vector<Change> Plan(const std::vector<Incident>& incidents, const Records& records, const Outbox& outbox,
                         const Settings& settings, TimePoint now) {
  std::vector<Change> changes;
  const auto add = [&](std::optional<Change> change) {
    if (change) changes.push_back(*std::move(change));
  };
  Matching matching(incidents, records);
  for (const Incident& incident : incidents) {
    const Record* record = matching.Take(incident);
    const bool resolved = incident.state == IncidentState::kResolved;
    if (incident.state == IncidentState::kFiring || (resolved && record != nullptr)) {
      add(PlanOne(incident, record, outbox, settings, now));
    }
  }
  for (const auto& [key, record] : matching.unlisted()) {
    Incident ended = record->incident;
    ended.state = IncidentState::kResolved;
    ended.until = now;
    add(PlanOne(ended, record, outbox, settings, now));
  }
  return changes;
}

}  // namespace dialwatch::alerting
