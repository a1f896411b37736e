#include "alerting/ledger.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/log.h"

namespace dialwatch::alerting {

using base::Status;
using state::Store;

void Ledger::Tend(TimePoint now) {
  now_ = now;
  if (path_.empty() || Plausible(next_try_, now) > now) return;
  next_try_ = now + kRetry;
  if (store_ && !store_->moved()) return;
  const Status opened = OpenStore(now);
  if (!opened) {
    Fail(opened.error());
  } else if (!last_error_.empty()) {
    base::LogInfo("alert memory {}: works again", path_);
    last_error_.clear();
  }
}

Status Ledger::OpenStore(TimePoint now) {
  auto store = Store::Open(path_);
  if (!store) return store.error();
  store_ = *std::move(store);
  if (!loaded_) {
    if (auto loaded = Load(); !loaded) return loaded;
    loaded_ = true;
  }
  if (auto saved = SaveAll(); !saved) return saved;
  if (auto saved = store_->Finish(ended_); !saved) return saved;
  ended_.clear();
  return store_->ForgetIncidents(now - kKeepResolved);
}

// What is known by now is newer than what the store has of the same incident.
Status Ledger::Load() {
  const auto rows = store_->LoadIncidents();
  if (!rows) return rows.error();
  const auto messages = store_->LoadOutbox();
  if (!messages) return messages.error();

  std::set<std::string> known;
  for (const auto& [id, record] : records_) known.insert(record.incident.key);
  std::set<std::string> outdated;  // ids
  for (const state::IncidentRow& row : *rows) {
    if (row.state == "resolved") continue;
    if (known.contains(row.key)) {
      outdated.insert(row.id);
      continue;
    }
    auto record = FromRow(row);
    if (record) {
      records_.emplace(row.id, *std::move(record));
    } else {
      base::LogWarning("alert memory {}: {}; it is told anew if it is still so", path_, record.error().what);
    }
  }
  for (const OutboxRow& row : *messages) {
    if (!outdated.contains(row.incident)) outbox_.Add(row);
  }
  return {};
}

Status Ledger::SaveAll() {
  std::vector<state::IncidentRow> incidents;
  for (const auto& [id, record] : records_) incidents.push_back(ToRow(record));
  std::vector<OutboxRow> messages;
  for (const auto& [key, queue] : outbox_.queues()) {
    messages.insert(messages.end(), queue.rows.begin(), queue.rows.end());
  }
  std::stable_sort(messages.begin(), messages.end(),
                   [](const auto& a, const auto& b) { return a.created < b.created; });
  return store_->ReplaceAlerts(incidents, messages);
}

void Ledger::Fail(const base::Error& error) {
  if (store_ && store_->damaged()) {
    if (const Status moved = store_->SetAside(now_); !moved) base::LogError("alert memory {}", moved.error().what);
  }
  store_.reset();
  if (error.what == last_error_) return;
  last_error_ = error.what;
  base::LogError("alert memory {}; alerts go on from memory, a restart would forget them", error.what);
}

template <typename Write>
bool Ledger::InStore(Write write) {
  if (!store_) return false;
  const Status done = write(*store_);
  if (!done) Fail(done.error());
  return static_cast<bool>(done);
}

void Ledger::Commit(const std::vector<Change>& changes) {
  if (changes.empty()) return;
  std::vector<state::IncidentRow> incidents;
  std::vector<OutboxRow> messages, withdrawn;
  for (const Change& change : changes) {
    incidents.push_back(ToRow(change.record));
    std::ranges::copy(change.messages, std::back_inserter(messages));
    std::ranges::copy(change.withdrawn, std::back_inserter(withdrawn));
    if (change.record.over()) {
      records_.erase(change.record.incident.id);
    } else {
      records_[change.record.incident.id] = change.record;
    }
  }
  InStore([&](Store& store) { return store.SaveIncidents(incidents, messages, withdrawn); });
  for (const OutboxRow& row : withdrawn) outbox_.Remove(row);
  for (const OutboxRow& row : messages) outbox_.Add(row);
}

void Ledger::Reschedule(const OutboxRow& row) {
  outbox_.Replace(row);
  InStore([&](Store& store) { return store.Reschedule(row); });
}

void Ledger::Remove(const OutboxRow& row, std::string_view outcome) {
  ended_.push_back({row.receiver, row.incident, row.sequence, row.created, now_, row.attempts, std::string(outcome)});
  if (InStore([&](Store& store) { return store.Finish(ended_); })) ended_.clear();
  if (path_.empty() || ended_.size() > kMostEnded) ended_.erase(ended_.begin());
  outbox_.Remove(row);
}

}  // namespace dialwatch::alerting
