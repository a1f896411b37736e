#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

struct sqlite3;

namespace dialwatch::state {

using base::Duration;
using base::Result;
using base::Status;
using base::TimePoint;

// An answer that an authority once gave; see diagnosis/history.h.
struct HistoryRow {
  std::string host;
  std::uint16_t type = 0;
  std::string answers;   // sorted, one a line
  std::int64_t ttl = 0;  // seconds
  TimePoint first_seen, last_seen;
  bool operator==(const HistoryRow&) const = default;
};

// An incident as it was last told; `body` is what alerting needs to tell its end after a restart.
struct IncidentRow {
  std::string id;
  std::string key;
  std::string state;  // "firing" or "resolved"
  TimePoint since;
  TimePoint told_at;
  std::int64_t sequence = 0;  // number of messages told about it
  std::string body;           // JSON
  bool operator==(const IncidentRow&) const = default;
};

// A message on its way to a receiver. (receiver, incident, sequence) is unique; payload is frozen.
struct OutboxRow {
  std::int64_t id = 0;  // given by the store
  std::string receiver;
  std::string incident;
  std::int64_t sequence = 0;
  std::string payload;
  TimePoint created;
  TimePoint due;  // not to be tried before
  int attempts = 0;
  bool operator==(const OutboxRow&) const = default;
};

// One SQLite file (WAL, synchronous=FULL). Every call either happened whole or returns an Error that names the file; a
// locked database is given up after kBusyTimeout, so no caller waits long. Times are stored as milliseconds since 1970.
// Thread safety: none; each thread opens its own Store on the same path.
class Store {
 public:
  static constexpr Duration kBusyTimeout = std::chrono::milliseconds(250);

  // Creates the folder and the schema where they are missing. Errors: unwritable, not a database, a newer schema.
  // ":memory:" gives a store without a file.
  static Result<Store> Open(const std::string& path);

  Status SaveHistory(const std::vector<HistoryRow>& rows);  // one transaction; (host, type, answers, ttl) is the key
  Result<std::vector<HistoryRow>> LoadHistory();
  Status ForgetHistory(TimePoint last_seen_before);

  // The state change and its messages, in one transaction. Messages that exist already are left as they are.
  Status SaveIncident(const IncidentRow& incident, const std::vector<OutboxRow>& messages);
  Result<std::vector<IncidentRow>>
  LoadIncidents();  // those whose state is not "resolved", and resolved ones with messages left
  Status ForgetIncidents(TimePoint told_before);  // resolved ones without messages

  Result<std::vector<OutboxRow>> LoadOutbox();  // oldest first
  Status Reschedule(std::int64_t id, int attempts, TimePoint due);
  Status Delete(std::int64_t id);  // delivered, or given up

 private:
  struct Closer {
    void operator()(sqlite3* db) const;
  };
  explicit Store(std::unique_ptr<sqlite3, Closer> db, std::string path);

  std::unique_ptr<sqlite3, Closer> db_;
  std::string path_;
};

}  // namespace dialwatch::state
