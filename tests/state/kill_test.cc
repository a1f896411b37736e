// Whatever moment the process is killed at, what was saved is there, and all is rolled up as if nothing had been.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "base/random.h"
#include "state/archive.h"
#include "state/integrity.h"
#include "tests/temporary_folder.h"

namespace dialwatch::state {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kMonday = std::chrono::sys_days(std::chrono::year(2020) / 8 / 31);
constexpr int kBatch = 20;  // rows, one each 10 s

std::vector<SampleRow> Batch(std::int64_t number) {
  std::vector<SampleRow> rows;
  for (int i = 0; i < kBatch; ++i) {
    rows.push_back({.series = {"d1", "dns A", "google"}, .at = kMonday + (number * kBatch + i) * 10s, .said = "a"});
  }
  return rows;
}

std::int64_t CountOf(const Archive& archive, Resolution resolution) {
  SampleQuery query{.subjects = {"d1"},
                    .kinds = {"dns"},
                    .resolution = resolution,
                    .from = kMonday,
                    .to = kMonday + std::chrono::days(40),
                    .after = {}};
  query.most = 1'000'000;
  const auto page = archive.ReadSamples(query);
  REQUIRE(page);
  std::int64_t count = 0;
  for (const SampleRow& row : page->rows) count += row.count;
  return count;
}

// Saves batches and says through `told` how many it has saved, until it is killed.
[[noreturn]] void Victim(const std::string& path, std::int64_t first, int told) {
  auto archive = Archive::Open(path, 1'000'000'000);
  for (std::int64_t number = first; archive; ++number) {
    if (!archive->Add(Batch(number))) break;
    if (write(told, &number, sizeof number) != sizeof number) break;
    if (!archive->RollUp(Batch(number).back().at)) break;
  }
  _exit(1);
}

}  // namespace

TEST_SUITE("state/kill") {
  TEST_CASE("over ten kills no batch that was saved is lost, none is half there, and none counts twice") {
    const testing::TemporaryFolder folder;
    std::int64_t saved = 0;  // batches
    for (int i = 0; i < 10; ++i) {
      int told[2];
      REQUIRE(pipe(told) == 0);
      const pid_t victim = fork();
      if (victim == 0) Victim(folder / "a.db", saved, told[1]);
      close(told[1]);
      std::this_thread::sleep_for(20ms + std::chrono::milliseconds(base::Random16() % 200));
      kill(victim, SIGKILL);
      waitpid(victim, nullptr, 0);
      for (std::int64_t number = 0; read(told[0], &number, sizeof number) == sizeof number;) saved = number + 1;
      close(told[0]);

      auto archive = Archive::Open(folder / "a.db", 1'000'000'000);
      REQUIRE(archive);
      const std::int64_t rows = CountOf(*archive, Resolution::kRaw);
      CHECK(rows % kBatch == 0);
      CHECK(rows >= saved * kBatch);
      CHECK(rows <= (saved + 1) * kBatch);  // one may have been saved and not told
      saved = rows / kBatch;
    }
    CHECK(saved > 10);
    auto archive = Archive::Open(folder / "a.db", 1'000'000'000);
    REQUIRE(archive);
    REQUIRE(archive->RollUp(kMonday + std::chrono::days(40)));
    CHECK(CountOf(*archive, Resolution::kMinute) == saved * kBatch);
    CHECK(CountOf(*archive, Resolution::kHour) == saved * kBatch);
    CHECK(*FindDamage(folder / "a.db", [] { return false; }) == "");
  }
}

}  // namespace dialwatch::state
