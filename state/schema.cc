#include "state/schema.h"

#include <fmt/format.h>

#include <array>

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
};

Result<std::int64_t> ReadNumber(const Database& database, std::string_view sql) {
  Statement statement = database.Prepare(sql);
  const auto row = statement.Step();
  if (!row) return row.error();
  return statement.ReadInt();
}

// The version of a database that is ours, or empty and thus about to be.
Result<std::int64_t> ReadVersion(const Database& database) {
  const auto application = ReadNumber(database, "PRAGMA application_id");
  if (!application) return application.error();
  const auto tables = ReadNumber(database, "SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  if (*application != kApplicationId && *tables > 0) {
    return base::Error{
        fmt::format("{}: it is the database of another program; set another [state] path", database.path())};
  }
  auto version = ReadNumber(database, "PRAGMA user_version");
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

}  // namespace dialwatch::state
