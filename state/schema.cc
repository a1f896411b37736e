#include "state/schema.h"

#include <fmt/format.h>

#include <array>

#include "state/set_aside.h"

namespace dialwatch::state {
namespace {

constexpr std::int64_t kApplicationId = 0x6469616C;  // "dial", PRAGMA application_id

// Step n leads from version n to n + 1. Steps are never changed once released, only added. Times are milliseconds
// since 1970. `outbox` keeps the order in which messages were made by its rowid.
constexpr std::array kSteps{
    R"(CREATE TABLE history (
         host TEXT NOT NULL, type INTEGER NOT NULL, answers TEXT NOT NULL, ttl INTEGER NOT NULL,
         first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
         PRIMARY KEY (host, type, answers, ttl)) STRICT, WITHOUT ROWID;
       CREATE TABLE incident (
         id TEXT NOT NULL PRIMARY KEY, key TEXT NOT NULL, state TEXT NOT NULL, since INTEGER NOT NULL,
         told_at INTEGER NOT NULL, sequence INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
       CREATE TABLE outbox (
         rowid INTEGER PRIMARY KEY, receiver TEXT NOT NULL, incident TEXT NOT NULL, sequence INTEGER NOT NULL,
         payload TEXT NOT NULL, created INTEGER NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL,
         UNIQUE (receiver, incident, sequence)) STRICT;)",
    // docs/operations.md tells what `sample` holds; state/archive.h what its numbers mean.
    R"(CREATE TABLE series (
         id INTEGER PRIMARY KEY, subject TEXT NOT NULL, kind TEXT NOT NULL, via TEXT NOT NULL, used INTEGER NOT NULL,
         UNIQUE (subject, kind, via)) STRICT;
       CREATE TABLE said (
         id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, first INTEGER NOT NULL, used INTEGER NOT NULL) STRICT;
       CREATE TABLE sample (
         resolution INTEGER NOT NULL, slot INTEGER NOT NULL, series INTEGER NOT NULL, at INTEGER NOT NULL,
         said INTEGER NOT NULL, count INTEGER NOT NULL, failures INTEGER NOT NULL,
         rtt INTEGER, timed INTEGER, rtt_min INTEGER, rtt_max INTEGER, sent INTEGER, lost INTEGER, ttl INTEGER,
         PRIMARY KEY (resolution, slot, series, at, said)) STRICT, WITHOUT ROWID;
       CREATE TABLE rolled (resolution INTEGER PRIMARY KEY, until INTEGER NOT NULL) STRICT;
       CREATE TABLE past (
         id TEXT NOT NULL PRIMARY KEY, cause TEXT NOT NULL, severity TEXT NOT NULL, state TEXT NOT NULL,
         since INTEGER NOT NULL, until INTEGER, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
       CREATE INDEX past_since ON past (since);
       CREATE INDEX past_until ON past (until);
       CREATE TABLE notification (
         receiver TEXT NOT NULL, incident TEXT NOT NULL, sequence INTEGER NOT NULL, created INTEGER NOT NULL,
         ended INTEGER NOT NULL, attempts INTEGER NOT NULL, outcome TEXT NOT NULL,
         PRIMARY KEY (incident, receiver, sequence)) STRICT, WITHOUT ROWID;
       CREATE INDEX notification_ended ON notification (ended);)",
    // Up to where rows of a resolution may be gone.
    R"(CREATE TABLE pruned (resolution INTEGER PRIMARY KEY, until INTEGER NOT NULL) STRICT;)",
};

// The version of a database that is ours, or empty and thus about to be.
Result<std::int64_t> ReadVersion(const Database& database) {
  const auto application = database.Prepare("PRAGMA application_id").RunForInt();
  if (!application) return application.error();
  const auto tables = database.Prepare("SELECT count(*) FROM sqlite_schema").RunForInt();
  if (!tables) return tables.error();
  if (*application != kApplicationId && *tables > 0) {
    return base::Error{
        fmt::format("{}: it is the database of another program; set another [state] path", database.path())};
  }
  auto version = database.Prepare("PRAGMA user_version").RunForInt();
  if (version && *version > SchemaVersion()) {
    return base::Error{
        fmt::format("{}: its schema has version {}, this program knows {}; run the newer dialwatch or set another "
                    "[state] path",
                    database.path(), *version, SchemaVersion())};
  }
  return version;
}

}  // namespace

int SchemaVersion() {
  return static_cast<int>(kSteps.size());
}

Status Migrate(Database& database) {
  const auto version = ReadVersion(database);
  if (!version) return version.error();
  if (*version == SchemaVersion()) return {};
  return database.InTransaction([&]() -> Status {
    const auto from = ReadVersion(database);  // again, since another connection may have been faster
    if (!from) return from.error();
    for (auto step = static_cast<std::size_t>(*from); step < kSteps.size(); ++step) {
      if (auto done = database.Execute(kSteps[step]); !done) return done;
    }
    return database.Execute(
        fmt::format("PRAGMA user_version={}; PRAGMA application_id={}", kSteps.size(), kApplicationId).c_str());
  });
}

Result<std::unique_ptr<Database>> OpenOurs(const std::string& path) {
  const auto open = [&](bool& damaged) -> Result<std::unique_ptr<Database>> {
    auto database = Database::Open(path, &damaged);
    if (!database) return database;
    const auto migrated = Migrate(**database);
    damaged = (*database)->damaged();
    if (!migrated) return migrated.error();
    return database;
  };
  bool damaged = false;
  auto database = open(damaged);
  if (database || !damaged || !IsOurs(path)) return database;
  if (const auto moved = SetAside(path, base::WallClockNow()); !moved) return moved.error();
  return open(damaged);
}

}  // namespace dialwatch::state
