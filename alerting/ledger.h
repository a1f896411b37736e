#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerting/outbox.h"
#include "alerting/planner.h"
#include "alerting/record.h"
#include "state/store.h"

namespace dialwatch::alerting {

// What was told and what is on its way, in memory and, as far as that works, in the store, which is only read at the
// start: memory is the truth. Where the store fails nothing is lost but the memory over a restart; it is tried again
// every kRetry, and then brought up to memory. Thread safety: none.
class Ledger {
 public:
  static constexpr Duration kRetry = std::chrono::seconds(5);
  static constexpr Duration kKeepResolved = std::chrono::hours(24 * 30);
  static constexpr std::size_t kMostEnded = 1000;  // messages that ended while the store failed, to be remembered

  explicit Ledger(std::string path) : path_(std::move(path)) {}  // empty: memory only

  // Opens or mends the store where that is due.
  void Tend(TimePoint now);

  void Commit(const std::vector<Change>& changes);  // all or none of it is there after a crash
  void Reschedule(const OutboxRow& row);
  void Remove(const OutboxRow& row, std::string_view outcome);  // "delivered", or why it is given up
  void MarkInFlight(const OutboxRow& row, bool in_flight) { outbox_.MarkInFlight(row, in_flight); }

  const Records& records() const { return records_; }
  const Outbox& outbox() const { return outbox_; }
  bool loaded() const { return path_.empty() || loaded_; }
  bool degraded() const { return !path_.empty() && !store_; }

 private:
  base::Status OpenStore(TimePoint now);
  base::Status Load();
  base::Status SaveAll();
  void Fail(const base::Error& error);
  // Calls `write(store)`; where that fails the store is given up until the next Tend, and this is false.
  template <typename Write>
  bool InStore(Write write);

  std::string path_;
  std::optional<state::Store> store_;  // none while it fails
  bool loaded_ = false;
  TimePoint now_;  // of the last Tend
  TimePoint next_try_;
  std::string last_error_;  // so that each is logged once

  Records records_;
  Outbox outbox_;
  std::vector<state::Notification> ended_;  // not yet in the store
};

}  // namespace dialwatch::alerting
