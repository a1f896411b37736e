#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "state/store.h"

namespace dialwatch::alerting {

using base::Duration;
using base::TimePoint;
using state::OutboxRow;

// The messages about one incident to one receiver, oldest first. Only the first may be in flight, so that a receiver
// never hears of an end before the beginning.
struct OutboxQueue {
  std::deque<OutboxRow> rows;
  bool in_flight = false;
};

// Messages on their way. Thread safety: none.
class Outbox {
 public:
  // A time further ahead than this is the work of a clock that was set back, and counts as past.
  static constexpr Duration kLongestWait = std::chrono::hours(2);

  using Key = std::pair<std::string, std::string>;  // receiver, incident

  void Add(const OutboxRow& row);      // nothing where it is there already
  void Remove(const OutboxRow& row);   // by (receiver, incident, sequence)
  void Replace(const OutboxRow& row);  // likewise
  void MarkInFlight(const OutboxRow& row, bool in_flight);

  // The one that has been due for longest among the heads of the receiver's queues that are not in flight.
  const OutboxRow* NextDue(const std::string& receiver, TimePoint now) const;
  // When the next of them is due; nothing where none waits.
  std::optional<TimePoint> NextDueAt(const std::string& receiver, TimePoint now) const;

  const OutboxQueue* Find(const std::string& receiver, const std::string& incident) const;
  const std::map<Key, OutboxQueue>& queues() const { return queues_; }

 private:
  std::map<Key, OutboxQueue> queues_;  // none is empty
};

// `time`, or the past where it is too far ahead to be true.
TimePoint Plausible(TimePoint time, TimePoint now);

}  // namespace dialwatch::alerting
