#include "state/set_aside.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "state/archive.h"
#include "state/integrity.h"
#include "tests/temporary_folder.h"

namespace dialwatch::state {

using testing::TemporaryFolder;
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kMonday = std::chrono::sys_days(std::chrono::year(2020) / 8 / 31);

std::vector<HistoryRow> ManyRows(int count) {
  std::vector<HistoryRow> rows;
  for (int i = 0; i < count; ++i) rows.push_back({.host = "d" + std::to_string(i), .answers = "198.51.100.11"});
  return rows;
}

// Other octets in the file from `begin` on, every page of them where `pages` is set.
void Flip(const std::string& path, std::uintmax_t begin, int length, bool pages = false) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  const auto size = std::filesystem::file_size(path);
  for (std::uintmax_t at = begin; at < size; at += 4096) {
    file.seekp(static_cast<std::streamoff>(at));
    file << std::string(static_cast<std::size_t>(length), '\xee');
    if (!pages) return;
  }
}

int DamagedFiles(const TemporaryFolder& folder) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    const std::string name = entry.path().filename().string();
    if (name.find(".damaged-") != std::string::npos && name.ends_with("Z")) ++count;
  }
  return count;
}

}  // namespace

TEST_SUITE("state/set_aside") {
  TEST_CASE("a database whose head is damaged is moved away when it is opened, and a new one begun") {
    const TemporaryFolder folder;
    {
      auto store = Store::Open(folder / "a.db");
      REQUIRE(store);
      REQUIRE(store->SaveHistory(ManyRows(2000)));
    }
    Flip(folder / "a.db", 0, 16);
    auto store = Store::Open(folder / "a.db");
    REQUIRE(store);
    CHECK(store->LoadHistory()->empty());
    CHECK(DamagedFiles(folder) == 1);
    REQUIRE(LastSetAside(folder / "a.db"));
    CHECK(std::filesystem::file_size(LastSetAside(folder / "a.db")->path) > 50'000);
  }

  TEST_CASE("what is found damaged in use is moved away once, whoever finds it") {
    const TemporaryFolder folder;
    {
      auto store = Store::Open(folder / "a.db");
      REQUIRE(store);
      REQUIRE(store->SaveHistory(ManyRows(2000)));
    }
    Flip(folder / "a.db", 4096, 512, true);
    auto store = Store::Open(folder / "a.db");
    REQUIRE(store);
    REQUIRE_FALSE(store->LoadHistory());
    REQUIRE(store->damaged());
    CHECK_FALSE(store->moved());
    CHECK(store->SetAside(kMonday));
    CHECK(store->moved());
    CHECK(store->SetAside(kMonday));
    CHECK(DamagedFiles(folder) == 1);
    CHECK(LastSetAside(folder / "a.db")->path == (folder / "a.db") + ".damaged-20200831T000000Z");
    CHECK(LastSetAside(folder / "a.db")->at == kMonday);
  }

  TEST_CASE("who still has the old file does not harm the new one") {
    const TemporaryFolder folder;
    auto old = Store::Open(folder / "a.db");
    REQUIRE(old);
    REQUIRE(old->SaveHistory(ManyRows(10)));
    REQUIRE(old->SetAside(kMonday));
    {
      auto fresh = Store::Open(folder / "a.db");
      REQUIRE(fresh);
      REQUIRE(fresh->SaveHistory(ManyRows(3)));
      REQUIRE(old->SaveHistory(ManyRows(20)));
      old = Store::Open(folder / "a.db");  // closes the old one
      REQUIRE(fresh->SaveHistory(ManyRows(5)));
    }
    CHECK(old->LoadHistory()->size() == 5);
    CHECK(*FindDamage(folder / "a.db", [] { return false; }) == "");
  }

  TEST_CASE("a disk that damages all is not filled with copies") {
    const TemporaryFolder folder;
    {
      auto store = Store::Open(folder / "a.db");
      REQUIRE(store);
      REQUIRE(store->SetAside(kMonday));
    }
    auto store = Store::Open(folder / "a.db");
    REQUIRE(store);
    const auto again = store->SetAside(kMonday + 59min);
    REQUIRE_FALSE(again);
    CHECK(again.error().what == (folder / "a.db") + ": is damaged, and " + (folder / "a.db") +
                                    ".damaged-20200831T000000Z was so 2020-08-31T00:00:00Z; look at that disk");
    CHECK(store->SetAside(kMonday + 1h));
    CHECK(DamagedFiles(folder) == 2);
  }

  TEST_CASE("a file that is not ours stays where it is") {
    const TemporaryFolder folder;
    folder.Write("a.db", std::string(8192, 'x'));
    CHECK_FALSE(Store::Open(folder / "a.db"));
    CHECK(DamagedFiles(folder) == 0);
  }

  TEST_CASE("a database is looked through whole, and what is wrong with it is said") {
    const TemporaryFolder folder;
    {
      auto store = Store::Open(folder / "a.db");
      REQUIRE(store);
      REQUIRE(store->SaveHistory(ManyRows(2000)));
    }
    const auto go_on = [] { return false; };
    CHECK(*FindDamage(folder / "a.db", go_on) == "");
    CHECK_FALSE(FindDamage(folder / "a.db", [] { return true; }));
    Flip(folder / "a.db", 4096 * 20, 512);
    const auto damage = FindDamage(folder / "a.db", go_on);
    REQUIRE(damage);
    CHECK_FALSE(damage->empty());
  }
}

}  // namespace dialwatch::state
