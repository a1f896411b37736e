#include "state/store.h"

#include <utility>

#include "state/database.h"
#include "state/schema.h"
#include "state/set_aside.h"

namespace dialwatch::state {
namespace {

Status InsertIncident(const Database& database, const IncidentRow& row) {
  return database
      .Prepare(
          "INSERT OR REPLACE INTO incident (id, key, state, since, told_at, sequence, body)"
          " VALUES (?, ?, ?, ?, ?, ?, ?)")
      .BindAll(row.id, row.key, row.state, row.since, row.told_at, row.sequence, row.body)
      .Run();
}

Status InsertMessages(const Database& database, const std::vector<OutboxRow>& messages) {
  Statement insert = database.Prepare(
      "INSERT INTO outbox (receiver, incident, sequence, payload, created, due, attempts)"
      " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
  for (const OutboxRow& row : messages) {
    insert.BindAll(row.receiver, row.incident, row.sequence, row.payload, row.created, row.due,
                   std::int64_t{row.attempts});
    if (auto done = insert.Run(); !done) return done;
  }
  return {};
}

Status DeleteMessage(const Database& database, const OutboxRow& row) {
  return database.Prepare("DELETE FROM outbox WHERE receiver = ? AND incident = ? AND sequence = ?")
      .BindAll(row.receiver, row.incident, row.sequence)
      .Run();
}

// All rows of `statement`, each read by `read`.
template <typename Row>
Result<std::vector<Row>> Collect(Statement statement, Row (*read)(Statement&)) {
  std::vector<Row> rows;
  for (;;) {
    const auto row = statement.Step();
    if (!row) return row.error();
    if (!*row) return rows;
    rows.push_back(read(statement));
  }
}

// Braced initializers are evaluated from left to right, as the columns are read.
HistoryRow ReadHistory(Statement& row) {
  return {.host = row.ReadText(),
          .type = static_cast<std::uint16_t>(row.ReadInt()),
          .answers = row.ReadText(),
          .ttl = row.ReadInt(),
          .first_seen = row.ReadTime(),
          .last_seen = row.ReadTime()};
}

IncidentRow ReadIncident(Statement& row) {
  return {.id = row.ReadText(),
          .key = row.ReadText(),
          .state = row.ReadText(),
          .since = row.ReadTime(),
          .told_at = row.ReadTime(),
          .sequence = row.ReadInt(),
          .body = row.ReadText()};
}

OutboxRow ReadMessage(Statement& row) {
  return {.receiver = row.ReadText(),
          .incident = row.ReadText(),
          .sequence = row.ReadInt(),
          .payload = row.ReadText(),
          .created = row.ReadTime(),
          .due = row.ReadTime(),
          .attempts = static_cast<int>(row.ReadInt())};
}

}  // namespace

static_assert(Store::kBusyTimeout == Database::kBusyTimeout);

Store::Store(std::unique_ptr<Database> database) : database_(std::move(database)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::Open(const std::string& path) {
  auto database = OpenOurs(path);
  if (!database) return database.error();
  return Store(*std::move(database));
}

Status Store::SaveHistory(const std::vector<HistoryRow>& rows) {
  Database& database = database_->Doing("save the history of answers");
  return database.InTransaction([&]() -> Status {
    Statement insert = database.Prepare(
        "INSERT INTO history (host, type, answers, ttl, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET first_seen = min(first_seen, excluded.first_seen),"
        " last_seen = max(last_seen, excluded.last_seen)");
    for (const HistoryRow& row : rows) {
      insert.BindAll(row.host, std::int64_t{row.type}, row.answers, row.ttl, row.first_seen, row.last_seen);
      if (auto done = insert.Run(); !done) return done;
    }
    return {};
  });
}

Result<std::vector<HistoryRow>> Store::LoadHistory() {
  return Collect(database_->Doing("load the history of answers")
                     .Prepare("SELECT host, type, answers, ttl, first_seen, last_seen FROM history"
                              " ORDER BY first_seen, host, type, answers, ttl"),
                 ReadHistory);
}

Status Store::ForgetHistory(TimePoint last_seen_before, std::size_t most) {
  return database_->Doing("forget old answers")
      .Prepare(
          "DELETE FROM history WHERE last_seen < ? OR (host, type, answers, ttl) IN"
          " (SELECT host, type, answers, ttl FROM (SELECT *, row_number()"
          " OVER (PARTITION BY host, type ORDER BY last_seen DESC) AS place FROM history) WHERE place > ?)")
      .BindAll(last_seen_before, static_cast<std::int64_t>(most))
      .Run();
}

Status Store::SaveIncidents(const std::vector<IncidentRow>& incidents, const std::vector<OutboxRow>& messages,
                            const std::vector<OutboxRow>& withdrawn) {
  Database& database = database_->Doing("save incidents");
  return database.InTransaction([&]() -> Status {
    for (const OutboxRow& row : withdrawn) {
      if (auto done = DeleteMessage(database, row); !done) return done;
    }
    for (const IncidentRow& row : incidents) {
      if (auto done = InsertIncident(database, row); !done) return done;
    }
    return InsertMessages(database, messages);
  });
}

Status Store::ReplaceAlerts(const std::vector<IncidentRow>& incidents, const std::vector<OutboxRow>& messages) {
  Database& database = database_->Doing("save the incidents");
  return database.InTransaction([&]() -> Status {
    if (auto done = database.Execute("DELETE FROM outbox; DELETE FROM incident WHERE state <> 'resolved'"); !done) {
      return done;
    }
    for (const IncidentRow& row : incidents) {
      if (auto done = InsertIncident(database, row); !done) return done;
    }
    return InsertMessages(database, messages);
  });
}

Result<std::vector<IncidentRow>> Store::LoadIncidents() {
  return Collect(database_->Doing("load the incidents")
                     .Prepare("SELECT id, key, state, since, told_at, sequence, body FROM incident"
                              " WHERE state <> 'resolved' OR id IN (SELECT incident FROM outbox) ORDER BY since, id"),
                 ReadIncident);
}

Status Store::ForgetIncidents(TimePoint told_before) {
  return database_->Doing("forget old incidents")
      .Prepare(
          "DELETE FROM incident WHERE state = 'resolved' AND told_at < ?"
          " AND id NOT IN (SELECT incident FROM outbox)")
      .Bind(told_before)
      .Run();
}

Result<std::vector<OutboxRow>> Store::LoadOutbox() {
  return Collect(database_->Doing("load the messages")
                     .Prepare("SELECT receiver, incident, sequence, payload, created, due, attempts FROM outbox"
                              " ORDER BY rowid"),
                 ReadMessage);
}

Status Store::Reschedule(const OutboxRow& message) {
  return database_->Doing("put off a message")
      .Prepare(
          "UPDATE outbox SET payload = ?, attempts = ?, due = ?"
          " WHERE receiver = ? AND incident = ? AND sequence = ?")
      .BindAll(message.payload, std::int64_t{message.attempts}, message.due, message.receiver, message.incident,
               message.sequence)
      .Run();
}

Status Store::Finish(const std::vector<Notification>& ended) {
  Database& database = database_->Doing("remember a message");
  return database.InTransaction([&]() -> Status {
    for (const Notification& each : ended) {
      auto done = DeleteMessage(database, {each.receiver, each.incident, each.sequence});
      if (!done) return done;
      done = database
                 .Prepare(
                     "INSERT OR REPLACE INTO notification"
                     " (receiver, incident, sequence, created, ended, attempts, outcome)"
                     " VALUES (?, ?, ?, ?, ?, ?, ?)")
                 .BindAll(each.receiver, each.incident, each.sequence, each.created, each.ended, each.attempts,
                          each.outcome)
                 .Run();
      if (!done) return done;
    }
    return {};
  });
}

bool Store::damaged() const {
  return database_->damaged();
}

bool Store::moved() const {
  return database_->moved();
}

Status Store::SetAside(TimePoint now) {
  return state::SetAside(*database_, now);
}

}  // namespace dialwatch::state
