// What is wrong with a file, a folder or a disk gives an error that says so, never a crash.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "state/set_aside.h"
#include "state/store.h"
#include "tests/state/in_child.h"
#include "tests/temporary_folder.h"

namespace dialwatch::state {

using testing::TemporaryFolder;
namespace {

using namespace std::chrono_literals;

std::string WhyNotOpen(const std::string& path) {
  const auto store = Store::Open(path);
  return store ? "it opens" : store.error().what;
}

std::vector<HistoryRow> ManyRows(int count) {
  std::vector<HistoryRow> rows;
  for (int i = 0; i < count; ++i)
    rows.push_back({.host = fmt::format("d{}.example.com", i), .answers = "198.51.100.11"});
  return rows;
}

bool Skipped(const std::string& outcome) {
  if (!outcome.starts_with("SKIPPED:")) return false;
  fmt::print("{}\n", outcome);
  return true;
}

// Runs `work` as a user who owns nothing.
std::string AsNobody(const std::function<std::string()>& work) {
  return InChild([&]() -> std::string {
    if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) return "SKIPPED: cannot give up the rights of root";
    return work();
  });
}

}  // namespace

TEST_SUITE("state/damage") {
  TEST_CASE("a directory in place of the file") {
    const TemporaryFolder folder;
    CHECK(WhyNotOpen(folder.path()) ==
          folder.path().string() + ": cannot open: it is a directory; [state] path names a file");
  }

  TEST_CASE("a file in place of the folder") {
    const TemporaryFolder folder;
    folder.Write("file", "text");
    CHECK(WhyNotOpen(folder / "file/sub/a.db") ==
          fmt::format("{0}/file/sub/a.db: cannot create the folder {0}/file/sub: Not a directory; mend the rights or "
                      "set [state] path",
                      folder.path().string()));
  }

  TEST_CASE("a file that is no database") {
    const TemporaryFolder folder;
    folder.Write("a.db", std::string(4096, 'x'));
    CHECK(WhyNotOpen(folder / "a.db") ==
          (folder / "a.db") +
              ": cannot open: file is not a database; it is no database of ours; move it away or set [state] path");
  }

  TEST_CASE("an empty file becomes a database") {
    const TemporaryFolder folder;
    folder.Write("a.db", "");
    CHECK(WhyNotOpen(folder / "a.db") == "it opens");
  }

  TEST_CASE("a folder that may not be written") {
    const TemporaryFolder folder;
    REQUIRE(chmod(folder.path().c_str(), 0555) == 0);
    const std::string why = AsNobody([&] { return WhyNotOpen(folder / "a.db"); });
    if (Skipped(why)) return;
    CHECK(why == (folder / "a.db") + ": cannot create: Permission denied; mend the rights or set [state] path");
  }

  TEST_CASE("a database that may be read but not written") {
    const TemporaryFolder folder;
    REQUIRE(Store::Open(folder / "a.db"));
    REQUIRE(chmod((folder / "a.db").c_str(), 0444) == 0);
    REQUIRE(chmod(folder.path().c_str(), 0555) == 0);
    const std::string why = AsNobody([&] { return WhyNotOpen(folder / "a.db"); });
    if (Skipped(why)) return;
    CHECK(why == (folder / "a.db") +
                     ": cannot open: attempt to write a readonly database; the file and its folder must be writable "
                     "for this user; mend the rights or set [state] path");
  }

  TEST_CASE("a database that another program has locked is given up within a second") {
    const TemporaryFolder folder;
    auto store = Store::Open(folder / "a.db");
    REQUIRE(store);
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open((folder / "a.db").c_str(), &raw) == SQLITE_OK);
    const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> other(raw, &sqlite3_close);
    REQUIRE(sqlite3_exec(raw, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr) == SQLITE_OK);
    const auto start = std::chrono::steady_clock::now();
    const auto saved = store->SaveHistory(ManyRows(1));
    REQUIRE_FALSE(saved);
    CHECK(saved.error().what == (folder / "a.db") +
                                    ": cannot save the history of answers: database is locked; another program holds "
                                    "it; end that program or its transaction");
    CHECK(std::chrono::steady_clock::now() - start < 1s);
    REQUIRE(sqlite3_exec(raw, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK);
    CHECK(store->SaveHistory(ManyRows(1)));
  }

  TEST_CASE("a full disk fails the write, and room on it heals the same store") {
    const TemporaryFolder folder;
    const std::string outcome = InChild([&]() -> std::string {
      if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
        return fmt::format("SKIPPED: no mount namespace of our own: {}", std::strerror(errno));
      }
      mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
      if (mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=256k") != 0) {
        return fmt::format("SKIPPED: cannot mount a small disk: {}", std::strerror(errno));
      }
      auto store = Store::Open(folder / "a.db");
      if (!store) return store.error().what;
      folder.Write("ballast", std::string(120'000, 'x'));
      const auto full = store->SaveHistory(ManyRows(5000));
      if (full) return "it fits";
      std::filesystem::remove(folder / "ballast");
      const auto rows = store->LoadHistory();
      if (!rows) return rows.error().what;
      if (!rows->empty()) return "half of it was saved";
      if (const auto healed = store->SaveHistory(ManyRows(100)); !healed) return healed.error().what;
      return full.error().what;
    });
    if (Skipped(outcome)) return;
    CHECK(outcome == (folder / "a.db") +
                         ": cannot save the history of answers: database or disk is full; free some space on that "
                         "disk");
  }

  TEST_CASE("a damaged page gives an error, not rows") {
    const TemporaryFolder folder;
    {
      auto store = Store::Open(folder / "a.db");
      REQUIRE(store);
      REQUIRE(store->SaveHistory(ManyRows(2000)));
    }
    const auto size = std::filesystem::file_size(folder / "a.db");
    std::fstream file(folder / "a.db", std::ios::binary | std::ios::in | std::ios::out);
    for (std::uintmax_t page = 4096; page < size; page += 4096) {
      file.seekp(static_cast<std::streamoff>(page));
      file << std::string(512, '\xee');
    }
    file.close();
    auto store = Store::Open(folder / "a.db");
    REQUIRE(store);
    const auto rows = store->LoadHistory();
    REQUIRE_FALSE(rows);
    CHECK(rows.error().what == (folder / "a.db") +
                                   ": cannot load the history of answers: database disk image is malformed; it is "
                                   "damaged; move it away and a new one is made");
    CHECK_FALSE(store->SaveHistory(ManyRows(1)));
  }

  TEST_CASE("a file that was cut short gives an error, or is set aside") {
    const TemporaryFolder folder;
    {
      auto store = Store::Open(folder / "a.db");
      REQUIRE(store);
      REQUIRE(store->SaveHistory(ManyRows(2000)));
    }
    std::filesystem::resize_file(folder / "a.db", 8192);
    auto store = Store::Open(folder / "a.db");
    if (store && !LastSetAside(folder / "a.db")) CHECK_FALSE(store->LoadHistory());
  }
}

}  // namespace dialwatch::state
