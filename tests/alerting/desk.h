#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "alerting/planner.h"
#include "tests/alerting/fixtures.h"

namespace dialwatch::alerting {

// What a message says, in a word.
inline std::string Word(const OutboxRow& row) {
  for (const char* word : {"STILL", "GROWN", "RESOLVED", "WAS"}) {
    if (row.payload.find(word) != std::string::npos) return word;
  }
  return row.payload.find("CRITICAL") != std::string::npos ? "CRITICAL" : "WARNING";
}

// The planner with a memory, as the ledger is, and a delivery that the test does by hand.
struct Desk {
  config::Settings settings = SettingsWith({"oncall"});
  Records records;
  Outbox outbox;
  std::vector<Message> told;  // in the last round

  // One round: what is newly on its way, as "oncall CRITICAL, desk WARNING".
  std::string Round(const std::vector<Incident>& incidents, TimePoint now) {
    std::string said;
    told.clear();
    for (const Change& change : Plan(incidents, records, outbox, settings, now)) {
      for (const OutboxRow& row : change.withdrawn) outbox.Remove(row);
      for (const OutboxRow& row : change.messages) {
        outbox.Add(row);
        said += fmt::format("{}{} {}", said.empty() ? "" : ", ", row.receiver, Word(row));
      }
      told.insert(told.end(), change.composed.begin(), change.composed.end());
      records[change.record.incident.id] = change.record;
      if (change.record.over()) records.erase(change.record.incident.id);
    }
    return said;
  }

  void DeliverAll() { outbox = {}; }
  std::size_t waiting() const {
    std::size_t count = 0;
    for (const auto& [key, queue] : outbox.queues()) count += queue.rows.size();
    return count;
  }
};

}  // namespace dialwatch::alerting
