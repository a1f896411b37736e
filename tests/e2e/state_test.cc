#include <doctest/doctest.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>
#include <utility>

#include "base/json.h"
#include "base/time.h"
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

// Whether soon a message has all these texts in it.
bool Tells(const Watched& watched, const Strings& texts) {
  return WaitUntil(2 * kSoon, [&] {
    return std::ranges::any_of(watched.sink.bodies(), [&](const std::string& body) {
      return std::ranges::all_of(texts, [&](const std::string& text) { return Contains(body, text); });
    });
  });
}

void CheckThatItGoesOn(Watched& watched) {
  watched.lab.Poison(watched.lab.cloudflare, "d2.example.com");
  CHECK(Tells(watched, {"cloudflare", "d2"}));
  CHECK(WaitUntil(kSoon, [&] { return ValueOf(watched.daemon, "dialwatch_state_degraded") == 1; }));
  CHECK(Tells(watched, {"remembers in memory only"}));
  watched.LetRounds(3);
  CHECK(watched.daemon.process().running());
  watched.lab.cloudflare.Flush("d2.example.com");
  CHECK(Tells(watched, {"RESOLVED", "cloudflare"}));
}

// For how long the conclusions stood still at most, within `time`.
std::chrono::milliseconds LongestPause(const Watched& watched, std::chrono::seconds time) {
  using std::chrono::steady_clock;
  std::string last;
  auto changed = steady_clock::now();
  steady_clock::duration longest{};
  for (const auto end = changed + time; steady_clock::now() < end;) {
    if (const std::string at = StatusOf(watched.daemon)["at"]; at != last) {
      last = at;
      longest = std::max(longest, steady_clock::now() - std::exchange(changed, steady_clock::now()));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::max(longest, steady_clock::now() - changed));
}

// Octets of each page but the first are turned into others.
void Damage(const std::string& path) {
  const auto size = std::filesystem::file_size(path);
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  for (std::uintmax_t page = 4096; page < size; page += 4096) {
    file.seekp(static_cast<std::streamoff>(page));
    file << std::string(1024, '\xee');
  }
}

// The cause has gone: soon all is well by itself, and told so.
void CheckThatItHeals(Watched& watched) {
  CHECK(WaitUntil(6 * kSoon, [&] { return ValueOf(watched.daemon, "dialwatch_state_degraded") == 0; }));
  CHECK(Tells(watched, {"RESOLVED", "remembers in memory only"}));
}

// What was said of the dialer through cloudflare since then, as far as it is remembered.
std::set<std::string> SaidOf(const Watched& watched, const std::string& dialer, const std::string& since) {
  std::set<std::string> said;
  const Json answer =
      Json::parse(watched.daemon.Get("/api/v1/samples?limit=5000&dialer=" + dialer + "&from=" + since), nullptr, false);
  if (!answer.is_object() || !answer.contains("samples")) return said;
  for (const Json& row : answer["samples"]) {
    if (row["via"] == "cloudflare") said.insert(row["said"]);
  }
  return said;
}

}  // namespace

TEST_SUITE("e2e/state") {
  TEST_CASE("with a locked database probing and alerting go on from memory") {
    const lab::TemporaryFolder folder;
    lab::Config config;
    config.state = folder.path() / "dialwatch.db";
    const std::string start = dialwatch::base::FormatRfc3339(dialwatch::base::WallClockNow());
    Watched watched(config);
    {
      const Lock lock(config.state);
      CheckThatItGoesOn(watched);
      CHECK(LongestPause(watched, std::chrono::seconds(30)) < std::chrono::seconds(5));
    }
    CheckThatItHeals(watched);
    CHECK(WaitUntil(kSoon, [&] { return SaidOf(watched, "d2", start).size() == 2; }));  // seen while it was locked
  }

  TEST_CASE("after a kill it remembers what was seen before, and the incident that has ended meanwhile") {
    const lab::TemporaryFolder folder;
    lab::Config config;
    config.state = folder.path() / "dialwatch.db";
    const std::string start = dialwatch::base::FormatRfc3339(dialwatch::base::WallClockNow());
    Watched watched(config);
    watched.lab.Poison(watched.lab.cloudflare, "d2.example.com");
    CHECK(Tells(watched, {"cloudflare", "d2"}));
    const std::string incident = StatusOf(watched.daemon)["incidents"][0]["id"];
    CHECK(WaitUntil(2 * kSoon, [&] { return SaidOf(watched, "d2", start).size() == 2; }));
    watched.daemon.process().Signal(SIGKILL);
    REQUIRE(watched.daemon.process().Wait(std::chrono::seconds(5)));
    watched.lab.cloudflare.Flush("d2.example.com");
    watched.daemon = lab::Daemon(watched.lab.folder());
    watched.daemon.WaitReady();
    CHECK(WaitUntil(kSoon, [&] { return Contains(watched.daemon.Log(), "dialwatch.db is whole"); }));
    CHECK(Tells(watched, {"RESOLVED", "cloudflare"}));
    CHECK(SaidOf(watched, "d2", start).size() == 2);

    REQUIRE(WaitUntil(2 * kSoon,
                      [&] { return Contains(watched.daemon.Get("/api/v1/incidents/" + incident), "delivered"); }));
    CHECK(watched.daemon.process().End() == 0);
    watched.daemon = lab::Daemon(watched.lab.folder());  // which knows nothing of it itself
    watched.daemon.WaitReady();
    const Json past = Json::parse(watched.daemon.Get("/api/v1/incidents/" + incident));
    CHECK(past["state"] == "resolved");
    CHECK(past["notifications"].size() == 2);
    CHECK(Json::parse(watched.daemon.Get("/api/v1/incidents?state=resolved"))["incidents"][0]["id"] == incident);
    CHECK_FALSE(Contains(watched.daemon.Log(), "looked through"));
  }

  TEST_CASE("with a full disk probing and alerting go on from memory") {
    const lab::TemporaryFolder folder;
    const auto disk = lab::SmallDisk::Mount(folder.path(), 1024 * 1024);
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
    filler.close();
    std::filesystem::remove(folder.path() / "filler");
    CheckThatItHeals(watched);
  }

  TEST_CASE("a damaged database is moved away, a new one begun, and both told") {
    const lab::TemporaryFolder folder;
    lab::Config config;
    config.state = folder.path() / "dialwatch.db";
    const std::string start = dialwatch::base::FormatRfc3339(dialwatch::base::WallClockNow());
    Watched watched(config);
    CHECK(WaitUntil(2 * kSoon, [&] { return !SaidOf(watched, "d2", start).empty(); }));
    CHECK(watched.daemon.process().End() == 0);
    std::filesystem::remove(config.state + "-wal");
    Damage(config.state);
    watched.daemon = lab::Daemon(watched.lab.folder());
    watched.daemon.WaitReady();
    CHECK(Tells(watched, {"database was damaged and is now", "dialwatch.db.damaged-"}));
    CHECK(WaitUntil(2 * kSoon, [&] { return ValueOf(watched.daemon, "dialwatch_state_degraded") == 0; }));
    CHECK(WaitUntil(2 * kSoon, [&] { return !SaidOf(watched, "d2", start).empty(); }));
    watched.lab.Poison(watched.lab.cloudflare, "d2.example.com");
    CHECK(Tells(watched, {"cloudflare", "d2"}));
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
