#include "alerting/outbox.h"

#include <algorithm>

namespace dialwatch::alerting {
namespace {

bool Same(const OutboxRow& a, const OutboxRow& b) {
  return a.sequence == b.sequence && a.receiver == b.receiver && a.incident == b.incident;
}

}  // namespace

TimePoint Plausible(TimePoint time, TimePoint now) {
  return time > now + Outbox::kLongestWait ? now : time;
}

void Outbox::Add(const OutboxRow& row) {
  auto& rows = queues_[{row.receiver, row.incident}].rows;
  if (std::none_of(rows.begin(), rows.end(), [&](const OutboxRow& other) { return Same(row, other); })) {
    rows.push_back(row);
  }
}

void Outbox::Remove(const OutboxRow& row) {
  const auto queue = queues_.find({row.receiver, row.incident});
  if (queue == queues_.end()) return;
  std::erase_if(queue->second.rows, [&](const OutboxRow& other) { return Same(row, other); });
  if (queue->second.rows.empty()) queues_.erase(queue);
}

void Outbox::Replace(const OutboxRow& row) {
  const auto queue = queues_.find({row.receiver, row.incident});
  if (queue == queues_.end()) return;
  for (OutboxRow& other : queue->second.rows) {
    if (Same(row, other)) other = row;
  }
}

void Outbox::MarkInFlight(const OutboxRow& row, bool in_flight) {
  const auto queue = queues_.find({row.receiver, row.incident});
  if (queue != queues_.end()) queue->second.in_flight = in_flight;
}

const OutboxRow* Outbox::NextDue(const std::string& receiver, TimePoint now) const {
  const OutboxRow* next = nullptr;
  for (auto queue = queues_.lower_bound({receiver, ""}); queue != queues_.end(); ++queue) {
    if (queue->first.first != receiver) break;
    const OutboxRow& head = queue->second.rows.front();
    if (queue->second.in_flight || Plausible(head.due, now) > now) continue;
    if (next == nullptr || head.due < next->due) next = &head;
  }
  return next;
}

std::optional<TimePoint> Outbox::NextDueAt(const std::string& receiver, TimePoint now) const {
  std::optional<TimePoint> next;
  for (auto queue = queues_.lower_bound({receiver, ""}); queue != queues_.end(); ++queue) {
    if (queue->first.first != receiver) break;
    if (queue->second.in_flight) continue;
    const TimePoint due = Plausible(queue->second.rows.front().due, now);
    if (!next || due < *next) next = due;
  }
  return next;
}

const OutboxQueue* Outbox::Find(const std::string& receiver, const std::string& incident) const {
  const auto queue = queues_.find({receiver, incident});
  return queue == queues_.end() ? nullptr : &queue->second;
}

}  // namespace dialwatch::alerting
