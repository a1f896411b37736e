#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace dialwatch::state {

using base::Duration;
using base::Result;
using base::Status;
using base::TimePoint;

class Database;

// An answer that an authority once gave; see diagnosis/dns/history.h.
struct HistoryRow {
  std::string host;
  std::uint16_t type = 0;
  std::string answers;   // sorted, one a line
  std::int64_t ttl = 0;  // seconds
  TimePoint first_seen{}, last_seen{};
  bool operator==(const HistoryRow&) const = default;
};

// An incident as it was last told; `body` is what alerting needs to tell its end after a restart.
struct IncidentRow {
  std::string id;
  std::string key;
  std::string state;  // "firing" or "resolved"
  TimePoint since{};
  TimePoint told_at{};
  std::int64_t sequence = 0;  // number of messages told about it
  std::string body;           // JSON
  bool operator==(const IncidentRow&) const = default;
};

// A message on its way to a receiver. (receiver, incident, sequence) names it.
struct OutboxRow {
  std::string receiver;
  std::string incident;
  std::int64_t sequence = 0;
  std::string payload = {};
  TimePoint created{};
  TimePoint due{};  // not to be tried before
  int attempts = 0;
  bool operator==(const OutboxRow&) const = default;
};

// A message that is not on its way any more.
struct Notification {
  std::string receiver, incident;
  std::int64_t sequence = 0;
  TimePoint created{}, ended{};
  std::int64_t attempts = 0;
  std::string outcome = {};  // "delivered", or why not
  bool operator==(const Notification&) const = default;
};

// One SQLite file (WAL, synchronous=FULL), for its owner only. Every call either happened whole or returns an Error
// that names the file, what was being done, why it failed and what to do; a locked database is given up after
// kBusyTimeout, so no caller waits long. Thread safety: none; each thread opens its own Store on the same path.
class Store {
 public:
  static constexpr Duration kBusyTimeout = std::chrono::milliseconds(250);

  // Creates the folder and the schema where they are missing; a damaged database is set aside. Errors: unwritable, not
  // a database of ours, a newer schema. ":memory:" gives a store without a file.
  static Result<Store> Open(const std::string& path);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  // (host, type, answers, ttl) is the key; a row that is there already keeps its earliest and latest sight.
  Status SaveHistory(const std::vector<HistoryRow>& rows);
  Result<std::vector<HistoryRow>> LoadHistory();  // oldest first
  // What was last seen before then, and of each name and type all but the `most` rows seen last: an authority that says
  // something else each time does not fill the disk.
  Status ForgetHistory(TimePoint last_seen_before, std::size_t most);

  // State changes and their messages, and the end of those that they withdraw, in one transaction. Messages that exist
  // already are left as they are.
  Status SaveIncidents(const std::vector<IncidentRow>& incidents, const std::vector<OutboxRow>& messages,
                       const std::vector<OutboxRow>& withdrawn = {});
  // All open incidents and all messages at once, in place of those that are there.
  Status ReplaceAlerts(const std::vector<IncidentRow>& incidents, const std::vector<OutboxRow>& messages);
  // Those whose state is not "resolved", and resolved ones with messages left.
  Result<std::vector<IncidentRow>> LoadIncidents();
  Status ForgetIncidents(TimePoint told_before);  // resolved ones without messages

  Result<std::vector<OutboxRow>> LoadOutbox();  // in the order in which they were saved
  Status Reschedule(const OutboxRow& message);  // saves its payload, attempts and due
  // `ended` are not on their way any more: they leave the outbox and are remembered.
  Status Finish(const std::vector<Notification>& ended);

  bool damaged() const;            // as far as any failure has shown
  bool moved() const;              // the file at the path is another by now, or none
  Status SetAside(TimePoint now);  // state/set_aside.h

 private:
  explicit Store(std::unique_ptr<Database> database);

  std::unique_ptr<Database> database_;
};

}  // namespace dialwatch::state
