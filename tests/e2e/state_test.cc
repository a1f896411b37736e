#include <doctest/doctest.h>
#include <sqlite3.h>

#include <fstream>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/small_disk.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

namespace {

// Holds a database so that nobody else can write it.
class Lock {
 public:
  explicit Lock(const std::string& path) {
    REQUIRE(sqlite3_open(path.c_str(), &db_) == SQLITE_OK);
    sqlite3_busy_timeout(db_, 5000);
    REQUIRE(sqlite3_exec(db_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  ~Lock() { sqlite3_close(db_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  sqlite3* db_ = nullptr;
};

void CheckThatItGoesOn(Watched& watched) {
  watched.lab.Poison(watched.lab.cloudflare, "d2.example.com");
  CHECK(Contains(watched.Post(1), "cloudflare"));
  CHECK(WaitUntil(kSoon, [&] { return ValueOf(watched.daemon, "dialwatch_state_degraded") == 1; }));
  watched.LetRounds(3);
  CHECK(watched.daemon.process().running());
  watched.lab.cloudflare.Flush("d2.example.com");
  CHECK(Contains(watched.Post(2), "RESOLVED"));
  CHECK(watched.sink.bodies().size() == 2);
}

}  // namespace

TEST_SUITE("e2e/state") {
  TEST_CASE("with a locked database probing and alerting go on from memory") {
    const lab::TemporaryFolder folder;
    lab::Config config;
    config.state = folder.path() / "dialwatch.db";
    Watched watched(config);
    const Lock lock(config.state);
    CheckThatItGoesOn(watched);
  }

  TEST_CASE("with a full disk probing and alerting go on from memory") {
    const lab::TemporaryFolder folder;
    const auto disk = lab::SmallDisk::Mount(folder.path(), 256 * 1024);
    if (!disk) {
      MESSAGE("SKIPPED: no small disk: " << disk.error().what);
      return;
    }
    lab::Config config;
    config.state = folder.path() / "dialwatch.db";
    Watched watched(config);
    std::ofstream filler(folder.path() / "filler");
    while (filler << std::string(4096, 'x') << std::flush) {
    }
    CheckThatItGoesOn(watched);
  }

  TEST_CASE("what is no database at all is no reason to stop watching") {
    const lab::TemporaryFolder folder;
    lab::Config config;
    config.state = folder.path() / "dialwatch.db";
    lab::WriteFile(config.state, std::string(4096, 'x'));
    Watched watched(config);
    CheckThatItGoesOn(watched);
  }
}
