#include "state/schema.h"

#include <doctest/doctest.h>

#include "state/store.h"
#include "tests/temporary_folder.h"

namespace dialwatch::state {

using testing::TemporaryFolder;
namespace {

void Write(const std::string& path, const char* sql) {
  auto database = Database::Open(path);
  REQUIRE(database);
  REQUIRE((*database)->Execute(sql));
}

std::string WhyNotOpen(const std::string& path) {
  const auto store = Store::Open(path);
  return store ? "it opens" : store.error().what;
}

}  // namespace

TEST_SUITE("state/schema") {
  TEST_CASE("a new database has the newest version, and opening it again changes nothing") {
    const TemporaryFolder folder;
    REQUIRE(Store::Open(folder / "a.db"));
    REQUIRE(Store::Open(folder / "a.db"));
    auto database = Database::Open(folder / "a.db");
    REQUIRE(database);
    Statement version = (*database)->Prepare("PRAGMA user_version");
    REQUIRE(*version.Step());
    CHECK(version.ReadInt() == SchemaVersion());
  }

  TEST_CASE("a database of a newer program is left alone") {
    const TemporaryFolder folder;
    REQUIRE(Store::Open(folder / "a.db"));
    Write(folder / "a.db", "PRAGMA user_version=99");
    CHECK(WhyNotOpen(folder / "a.db") ==
          (folder / "a.db") +
              ": its schema has version 99, this program knows 3; run the newer dialwatch or set another "
              "[state] path");
  }

  TEST_CASE("a database of the first version keeps all that it has") {
    const TemporaryFolder folder;
    Write(folder / "a.db", R"(
      CREATE TABLE history (
        host TEXT NOT NULL, type INTEGER NOT NULL, answers TEXT NOT NULL, ttl INTEGER NOT NULL,
        first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
        PRIMARY KEY (host, type, answers, ttl)) STRICT, WITHOUT ROWID;
      CREATE TABLE incident (
        id TEXT NOT NULL PRIMARY KEY, key TEXT NOT NULL, state TEXT NOT NULL, since INTEGER NOT NULL,
        told_at INTEGER NOT NULL, sequence INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE outbox (
        rowid INTEGER PRIMARY KEY, receiver TEXT NOT NULL, incident TEXT NOT NULL, sequence INTEGER NOT NULL,
        payload TEXT NOT NULL, created INTEGER NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL,
        UNIQUE (receiver, incident, sequence)) STRICT;
      PRAGMA user_version=1; PRAGMA application_id=1684627820;
      INSERT INTO history VALUES ('d1.example.com', 1, '198.51.100.11', 300, 1, 2);
      INSERT INTO incident VALUES ('i1', 'k', 'firing', 3, 4, 1, '{}');
      INSERT INTO outbox VALUES (7, 'oncall', 'i1', 1, 'text', 5, 6, 0);)");
    auto store = Store::Open(folder / "a.db");
    REQUIRE(store);
    CHECK(store->LoadHistory()->size() == 1);
    CHECK(store->LoadIncidents()->at(0).id == "i1");
    CHECK(store->LoadOutbox()->at(0).payload == "text");
    CHECK(store->Finish({{.receiver = "oncall", .incident = "i1", .sequence = 1, .outcome = "delivered"}}));
    CHECK(store->LoadOutbox()->empty());
  }

  TEST_CASE("a database of another program is left alone, also where its version is one of ours") {
    const TemporaryFolder folder;
    Write(folder / "a.db", "CREATE TABLE mail (id); PRAGMA user_version=1");
    CHECK(WhyNotOpen(folder / "a.db") ==
          (folder / "a.db") + ": it is the database of another program; set another [state] path");
  }
}

}  // namespace dialwatch::state
