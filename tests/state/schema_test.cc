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
              ": its schema has version 99, this program knows 1; run the newer dialwatch or set another "
              "[state] path");
  }

  TEST_CASE("a database of another program is left alone, also where its version is one of ours") {
    const TemporaryFolder folder;
    Write(folder / "a.db", "CREATE TABLE mail (id); PRAGMA user_version=1");
    CHECK(WhyNotOpen(folder / "a.db") ==
          (folder / "a.db") + ": it is the database of another program; set another [state] path");
  }
}

}  // namespace dialwatch::state
