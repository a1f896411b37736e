#include "daemon/memory/memory_book.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "alerting/ledger.h"
#include "state/database.h"
#include "state/mark.h"
#include "state/set_aside.h"
#include "tests/temporary_folder.h"

namespace dialwatch::daemon {

using testing::TemporaryFolder;
namespace {

using namespace std::chrono_literals;

constexpr base::TimePoint kMonday = std::chrono::sys_days(std::chrono::year(2020) / 8 / 31);

state::SampleRow Row(base::Duration at) {
  return {.series = {"d1", "dns A", "google"}, .at = kMonday + at, .said = "198.51.100.11"};
}

// A book on a clock that the test turns.
struct World {
  explicit World(const std::string& its_path)
      : path(its_path), book({.path = path, .retention = 720h, .max_mb = 100}) {}

  void Tend(base::Duration later = 60s) {
    clock += later;
    book.Tend(kMonday + clock.time_since_epoch().count() * 1ns / 1ms * 1ms, clock);
  }
  probes::StateSample Report() const { return book.Report(kMonday); }
  std::size_t Kept() const {
    const auto archive = state::Archive::OpenToRead(path, [] { return false; });
    REQUIRE(archive);
    const auto page =
        archive->ReadSamples({.subjects = {"d1"}, .kinds = {"dns"}, .from = kMonday, .to = kMonday + 24h});
    REQUIRE(page);
    return page->rows.size();
  }

  std::string path;
  MemoryBook book;
  MemoryBook::Steady clock{};
};

// Octets in the middle of each page but the first are turned into others.
void Damage(const std::string& path) {
  const auto size = std::filesystem::file_size(path);
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  for (std::uintmax_t page = 4096; page < size; page += 4096) {
    file.seekp(static_cast<std::streamoff>(page));
    file << std::string(1024, '\xee');
  }
}

void Fill(World& world) {
  for (int i = 0; i < 2000; ++i) world.book.Add(Row(i * 1s));
  world.Tend();
  REQUIRE(world.Kept() == 1000);  // a page of them
}

}  // namespace

TEST_SUITE("daemon/memory/memory_book") {
  TEST_CASE("what is given is kept, and what waits is none") {
    const TemporaryFolder folder;
    World world(folder / "a.db");
    world.book.Add(Row(0s));
    CHECK(world.Report().waiting == 1);
    CHECK(world.Report().outcome == probes::StateOutcome::kDegraded);
    world.Tend();
    CHECK(world.Report().waiting == 0);
    CHECK(world.Report().outcome == probes::StateOutcome::kKept);
    CHECK(world.Kept() == 1);
  }

  TEST_CASE("a locked database degrades to memory, and what waited is written when it is free") {
    const TemporaryFolder folder;
    World world(folder / "a.db");
    world.Tend();
    auto other = state::Database::Open(folder / "a.db");
    REQUIRE(other);
    REQUIRE((*other)->Execute("BEGIN IMMEDIATE"));
    world.book.Add(Row(0s));
    world.book.Add(state::HistoryRow{.host = "d1", .answers = "198.51.100.11", .last_seen = kMonday});
    world.Tend();
    CHECK(world.Report().outcome == probes::StateOutcome::kDegraded);
    CHECK(world.Report().error.find("database is locked; another program holds it") != std::string::npos);
    world.book.Add(Row(30s));
    world.Tend();
    CHECK(world.Report().waiting == 3);
    REQUIRE((*other)->Execute("COMMIT"));
    world.Tend();
    CHECK(world.Report().outcome == probes::StateOutcome::kKept);
    CHECK(world.Report().error.empty());
    CHECK(world.Report().lost == 0);
    CHECK(world.Kept() == 2);
  }

  TEST_CASE("a failing database is tried again later each time, a minute at most") {
    const TemporaryFolder folder;
    World world(folder / "sub/a.db");
    folder.Write("sub", "a file in the folder's place");
    world.Tend();
    std::filesystem::remove(folder / "sub");
    world.Tend(2s);
    CHECK(world.book.degraded());
    world.Tend(3s);
    CHECK_FALSE(world.book.degraded());
  }

  TEST_CASE("beyond the bound the oldest samples go, and are counted") {
    World world("/proc/nowhere/a.db");
    for (std::size_t i = 0; i < MemoryBook::kMostSamples + 5; ++i) world.book.Add(Row(1ms * i));
    CHECK(world.Report().waiting == MemoryBook::kMostSamples);
    CHECK(world.Report().lost == 5);
  }

  TEST_CASE("a database that is damaged while in use is moved away, and a new one goes on") {
    const TemporaryFolder folder;
    {
      World world(folder / "a.db");
      Fill(world);
      world.book.Close(kMonday);
    }
    Damage(folder / "a.db");
    World world(folder / "a.db");
    world.book.Add(Row(9h));
    world.Tend();  // finds it, and begins the new one at once
    CHECK(world.Report().outcome == probes::StateOutcome::kKept);
    world.book.Add(Row(10h));
    world.Tend();
    const std::string aside = world.book.Report(base::WallClockNow()).set_aside + world.Report().set_aside;
    CHECK(aside.starts_with((folder / "a.db") + ".damaged-"));
    CHECK(world.Kept() == 2);
  }

  TEST_CASE("a database that was not closed is looked through, and moved away if it is damaged") {
    const TemporaryFolder folder;
    {
      World world(folder / "a.db");
      Fill(world);
    }
    CHECK(std::filesystem::exists(folder / "a.db.open"));
    // one page of samples deep in the file, which nobody reads
    std::fstream file(folder / "a.db", std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(folder / "a.db") - 4096));
    file << std::string(4096, '\xee') << std::flush;
    World world(folder / "a.db");
    for (int i = 0; i < 500 && world.Report().set_aside.empty(); ++i) {
      world.Tend(10s);
      std::this_thread::sleep_for(10ms);
    }
    CHECK_FALSE(world.Report().set_aside.empty());
  }

  TEST_CASE("what alerting has to deliver outlives a database that is damaged elsewhere") {
    const TemporaryFolder folder;
    std::int64_t page = 0;
    {
      auto store = state::Store::Open(folder / "a.db");
      REQUIRE(store);
      REQUIRE(store->SaveIncidents({{.id = "i", .key = "k", .state = "firing", .since = kMonday, .body = "{}"}},
                                   {{.receiver = "oncall", .incident = "i", .sequence = 1, .payload = "text"}}));
      auto database = state::Database::Open(folder / "a.db");
      REQUIRE(database);
      page = *(*database)->Prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'history'").RunForInt();
    }
    {
      std::fstream file(folder / "a.db", std::ios::binary | std::ios::in | std::ios::out);
      file.seekp(static_cast<std::streamoff>((page - 1) * 4096));
      file << std::string(4096, '\xee');
    }
    alerting::Ledger ledger(folder / "a.db");  // the first to open it, as in Service
    ledger.Tend(kMonday);
    World world(folder / "a.db");
    CHECK(world.book.Load(base::WallClockNow(), world.clock)->history.empty());
    REQUIRE(state::LastSetAside(folder / "a.db"));
    ledger.Tend(kMonday + alerting::Ledger::kRetry);
    const auto messages = state::Store::Open(folder / "a.db")->LoadOutbox();
    REQUIRE(messages->size() == 1);
    CHECK(messages->front().payload == "text");
  }

  TEST_CASE("what waits is tried once more at the end, however lately it failed") {
    const TemporaryFolder folder;
    World world(folder / "a.db");
    world.Tend();
    auto other = state::Database::Open(folder / "a.db");
    REQUIRE(other);
    REQUIRE((*other)->Execute("BEGIN IMMEDIATE"));
    world.book.Add(Row(0s));
    world.Tend();
    REQUIRE((*other)->Execute("COMMIT"));
    world.book.Close(kMonday);
    CHECK(world.Kept() == 1);
    CHECK_FALSE(std::filesystem::exists(folder / "a.db.open"));
  }

  TEST_CASE("one that was locked before it was looked through is so by whoever opens it next") {
    const TemporaryFolder folder;
    folder.Write("a.db.open", "");
    {
      World world(folder / "a.db");
      auto other = state::Database::Open(folder / "a.db");
      REQUIRE(other);
      REQUIRE((*other)->Execute("BEGIN EXCLUSIVE"));
      world.Tend();
      world.book.Close(kMonday);
    }
    CHECK(std::filesystem::exists(folder / "a.db.open"));
  }

  TEST_CASE("a clock that is wrong for a moment deletes nothing") {
    const TemporaryFolder folder;
    World world(folder / "a.db");
    world.book.Add(Row(0s));
    for (int i = 0; i < 20; ++i) world.Tend();
    for (int i = 0; i < 5; ++i) world.book.Tend(kMonday + 24h * 400, world.clock += 5s);
    world.Tend();
    CHECK(world.Kept() == 1);
    for (int i = 0; i < 20; ++i) world.book.Tend(kMonday + 24h * 400 + 60s * i, world.clock += 60s);
    CHECK(world.Kept() == 0);  // one that stays so is right
  }

  TEST_CASE("a database that was closed is not looked through") {
    const TemporaryFolder folder;
    {
      World world(folder / "a.db");
      Fill(world);
      world.book.Close(kMonday);
    }
    CHECK_FALSE(std::filesystem::exists(folder / "a.db.open"));
  }

  TEST_CASE("a database that somebody moves away is begun anew") {
    const TemporaryFolder folder;
    World world(folder / "a.db");
    Fill(world);
    std::filesystem::rename(folder / "a.db", folder / "elsewhere.db");
    world.book.Add(Row(9h));
    world.Tend();
    world.Tend();
    CHECK(world.Kept() == 1);
  }

  TEST_CASE("without a path nothing is kept and nothing is wrong") {
    World world("");
    world.Tend();
    CHECK_FALSE(world.book.degraded());
    CHECK(world.Report().outcome == probes::StateOutcome::kKept);
  }
}

}  // namespace dialwatch::daemon
