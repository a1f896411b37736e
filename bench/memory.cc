// What it costs to remember: days of dialers asked through resolvers every 30 s, written in batches as the daemon does,
// rolled up and pruned; then reading, and looking through the file.
//   bench_memory [DIALERS [DAYS [FOLDER]]]
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "state/archive.h"
#include "state/integrity.h"

namespace {

using namespace dialwatch::state;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr TimePoint kMonday = std::chrono::sys_days(std::chrono::year(2020) / 8 / 31);
constexpr int kResolvers = 3;
constexpr Duration kFlush = 5s;  // a sixth of a round
constexpr std::size_t kBatch = 1000;

double Seconds(Clock::time_point from) {
  return std::chrono::duration<double>(Clock::now() - from).count();
}

void Need(const dialwatch::base::Status& done) {
  if (done) return;
  fmt::print(stderr, "{}\n", done.error().what);
  std::exit(1);
}

// The samples of one flush: a sixth of the dialers through each resolver.
std::vector<SampleRow> Flush(int dialers, TimePoint at, int number) {
  std::vector<SampleRow> rows;
  for (int i = number % 6; i < dialers; i += 6) {
    for (int resolver = 0; resolver < kResolvers; ++resolver) {
      rows.push_back({.series = {fmt::format("d{}.example.com", i), "dns A", fmt::format("resolver{}", resolver)},
                      .at = at + Duration((i * 37 + resolver * 11) % kFlush.count()),
                      .said = fmt::format("198.51.{}.{}", i / 250, i % 250),
                      .rtt = 8000 + (i * 7919 + number * 31) % 9000,
                      .ttl = 300 - number % 30});
    }
  }
  return rows;
}

struct Times {
  double writing = 0, longest_write = 0, rolling = 0, longest_roll = 0, pruning = 0, longest_prune = 0;
};

void Count(Clock::time_point from, double& all, double& longest) {
  const double took = Seconds(from);
  all += took;
  longest = std::max(longest, took);
}

Times Live(Archive& archive, int dialers, int days) {
  Times times;
  const auto flushes = static_cast<int>(days * 24h / kFlush);
  for (int i = 0; i < flushes; ++i) {
    const TimePoint now = kMonday + i * kFlush;
    const auto rows = Flush(dialers, now, i);
    for (auto begin = rows.begin(); begin != rows.end();) {
      const auto end = begin + std::min<std::ptrdiff_t>(kBatch, rows.end() - begin);
      const auto started = Clock::now();
      Need(archive.Add({begin, end}));
      Count(started, times.writing, times.longest_write);
      begin = end;
    }
    auto started = Clock::now();
    Need(archive.RollUp(now));
    Count(started, times.rolling, times.longest_roll);
    started = Clock::now();
    Need(archive.Prune(now));
    Count(started, times.pruning, times.longest_prune);
  }
  return times;
}

}  // namespace

int main(int argc, char** argv) {
  const int dialers = argc > 1 ? std::atoi(argv[1]) : 40;
  const int days = argc > 2 ? std::atoi(argv[2]) : 1;
  const std::string folder = fmt::format("{}/bench_memory.{}", argc > 3 ? argv[3] : "/tmp", getpid());
  std::filesystem::create_directory(folder);
  const std::string path = folder + "/memory.db";
  {
    auto archive = Archive::Open(path, 100'000'000'000);
    Need(archive ? dialwatch::base::Status() : archive.error());
    const Times times = Live(*archive, dialers, days);
    const auto raw = static_cast<double>(dialers) * kResolvers * days * 2880;
    const auto octets = static_cast<double>(*archive->UsedOctets());
    fmt::print("{} dialers, {} resolvers, {} days: {:.0f} samples, {:.1f} MB\n", dialers, kResolvers, days, raw,
               octets / 1e6);
    fmt::print("write    {:8.2f} s, {:7.1f} us a sample, the longest batch {:6.1f} ms\n", times.writing,
               1e6 * times.writing / raw, 1e3 * times.longest_write);
    fmt::print("roll up  {:8.2f} s, {:7.1f} us a sample, the longest {:6.1f} ms\n", times.rolling,
               1e6 * times.rolling / raw, 1e3 * times.longest_roll);
    fmt::print("prune    {:8.2f} s, the longest {:6.1f} ms\n", times.pruning, 1e3 * times.longest_prune);
    for (const Resolution resolution : kResolutions) {
      const auto started = Clock::now();
      const auto page = archive->ReadSamples({.subjects = {"d1.example.com"},
                                              .kinds = {"dns"},
                                              .resolution = resolution,
                                              .from = kMonday,
                                              .to = kMonday + days * 24h});
      Need(page ? dialwatch::base::Status() : page.error());
      fmt::print("read     {} rows at resolution {} in {:.1f} ms\n", page->rows.size(), static_cast<int>(resolution),
                 1e3 * Seconds(started));
    }
  }
  const auto started = Clock::now();
  const auto damage = FindDamage(path, [] { return false; });
  fmt::print("look through {:.1f} MB in {:.2f} s: {}\n", static_cast<double>(std::filesystem::file_size(path)) / 1e6,
             Seconds(started), damage && damage->empty() ? "whole" : "not whole");
  std::filesystem::remove_all(folder);
}
