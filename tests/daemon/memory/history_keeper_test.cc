#include "daemon/memory/history_keeper.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/temporary_folder.h"

using namespace dialwatch;
using namespace std::chrono_literals;

namespace {

const base::TimePoint kNow{std::chrono::sys_days{std::chrono::year{2020} / 8 / 31} + 6h};
constexpr const char* kFile = "dialwatch.db";
const diagnosis::NameKey kD1{"d1.example.com", base::RecordType::kA};

diagnosis::Picture Seen(const std::string& answer, base::TimePoint at) {
  probes::DnsSample sample;
  sample.host = kD1.first;
  sample.via = {probes::Via::Kind::kAuthority, "example.com", *base::Endpoint::Parse("192.0.2.53", 53)};
  sample.at = at;
  sample.outcome = probes::DnsOutcome::kAnswered;
  sample.aa = true;
  sample.answers = {{kD1.first, base::RecordType::kA, 300, answer}};
  diagnosis::Picture picture;
  picture.Add(sample);
  return picture;
}

std::vector<diagnosis::HistoryEntry> Restored(const std::string& file, base::TimePoint now,
                                              base::Duration retention = 720h) {
  diagnosis::Picture picture;
  daemon::HistoryKeeper(file, retention).RestoreInto(picture, now);
  const auto* name = picture.Find(kD1);
  return name == nullptr ? std::vector<diagnosis::HistoryEntry>{} : name->history.entries();
}

}  // namespace

TEST_SUITE("daemon/memory/history_keeper") {
  TEST_CASE("a restart forgets nothing") {
    const testing::TemporaryFolder folder;
    auto picture = Seen("198.51.100.11", kNow);
    daemon::HistoryKeeper(folder / kFile, 720h).Save(picture, kNow);
    const auto entries = Restored(folder / kFile, kNow + 1h);
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].answers == std::vector<std::string>{"198.51.100.11"});
    CHECK(entries[0].ttl == 300s);
    CHECK(entries[0].last_seen == kNow);
  }

  TEST_CASE("the last sight of an answer is written on the way out, though nothing else changed") {
    const testing::TemporaryFolder folder;
    daemon::HistoryKeeper keeper(folder / kFile, 720h);
    auto picture = Seen("198.51.100.11", kNow);
    keeper.Save(picture, kNow);
    picture = Seen("198.51.100.11", kNow + 20s);
    keeper.Save(picture, kNow + 20s, true);
    CHECK(Restored(folder / kFile, kNow + 1h).at(0).last_seen == kNow + 20s);
  }

  TEST_CASE("what is older than the retention does not come back") {
    const testing::TemporaryFolder folder;
    auto picture = Seen("198.51.100.11", kNow);
    daemon::HistoryKeeper(folder / kFile, 720h).Save(picture, kNow);
    CHECK(Restored(folder / kFile, kNow + 3h, 2h).empty());
  }

  TEST_CASE("a store that cannot be opened is told as degraded, and heals with all that was seen meanwhile") {
    const testing::TemporaryFolder folder;
    std::filesystem::create_directory(folder / kFile);  // in the database's place
    daemon::HistoryKeeper keeper(folder / kFile, 720h);
    auto picture = Seen("198.51.100.11", kNow);
    keeper.Save(picture, kNow);
    CHECK(keeper.degraded());
    std::filesystem::remove(folder / kFile);
    keeper.Save(picture, kNow + daemon::HistoryKeeper::kRetry);
    CHECK_FALSE(keeper.degraded());
    CHECK(Restored(folder / kFile, kNow + 1h).size() == 1);
  }

  TEST_CASE("without a path nothing is kept and nothing is wrong") {
    daemon::HistoryKeeper keeper("", 720h);
    auto picture = Seen("198.51.100.11", kNow);
    keeper.Save(picture, kNow);
    CHECK_FALSE(keeper.degraded());
  }
}
