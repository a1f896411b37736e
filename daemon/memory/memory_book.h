#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "config/settings.h"
#include "daemon/memory/integrity_check.h"
#include "probes/self/sample.h"
#include "state/archive.h"

namespace dialwatch::daemon {

// What is to be remembered, on its way into the database: samples, the history of answers, incidents. Where the
// database fails all that waits in memory, up to a bound at which the oldest goes, and is written once it works again.
// One that was not closed by its last user is looked through in the background. Thread safety: none.
class MemoryBook {
 public:
  using Steady = std::chrono::steady_clock::time_point;

  static constexpr std::size_t kMostSamples = 200'000;  // that wait; some 40 MB, and half a day of forty dialers
  static constexpr std::size_t kMostOthers = 100'000;   // rows of history, and incidents
  static constexpr std::size_t kBatch = 1000;           // rows of a transaction: nobody else waits long
  static constexpr base::Duration kFirstRetry = std::chrono::seconds(5), kLongestRetry = std::chrono::minutes(1);
  static constexpr base::Duration kTellsOfAside = std::chrono::hours(24);
  // Nothing is deleted by its age before the clock has run without a jump for so long: one that is wrong for a moment,
  // such as after the start, must not take a year of memory with it.
  static constexpr base::Duration kSteadyFor = std::chrono::minutes(10), kJump = std::chrono::seconds(30);
  static constexpr base::Duration kLately = std::chrono::hours(6);  // ago an incident may have ended to be loaded

  explicit MemoryBook(const config::State& settings);  // an empty path keeps nothing
  ~MemoryBook();
  MemoryBook(const MemoryBook&) = delete;
  MemoryBook& operator=(const MemoryBook&) = delete;

  void Add(state::SampleRow row);
  void Add(state::HistoryRow row);
  void Add(state::PastIncident incident);

  // Writes what waits and sees to the rest, where the database works or is due to be tried again.
  void Tend(base::TimePoint now, Steady clock);
  // Writes what waits; where all is written the next start need not look through the database.
  void Close(base::TimePoint now);

  // What was known when the process ended: the history of answers, the incidents that stood or ended lately.
  struct Past {
    std::vector<state::HistoryRow> history = {};
    std::vector<state::PastIncident> incidents = {};
  };
  // To be called before anything is written, again and again until it gives one: none where it cannot be read now.
  std::optional<Past> Load(base::TimePoint now, Steady clock);

  probes::StateSample Report(base::TimePoint now) const;
  bool degraded() const { return !settings_.path.empty() && !archive_; }

 private:
  base::Status Open();
  base::Status Write(base::TimePoint now);
  base::Status Forget(base::TimePoint now, Steady clock);
  base::Status WriteSamples();
  base::Status WriteOthers();
  void WatchClock(base::TimePoint now, Steady clock);
  base::Status LookAtCheck(base::TimePoint now);
  bool TryToOpen(base::TimePoint now, Steady clock);
  bool Fail(const base::Error& error, base::TimePoint now, Steady clock);

  using HistoryKey = std::tuple<std::string, std::uint16_t, std::string, std::int64_t>;

  const config::State settings_;
  std::deque<state::SampleRow> samples_;  // that wait
  std::map<HistoryKey, state::HistoryRow> history_;
  std::map<std::string, state::PastIncident> incidents_;  // by id
  std::uint64_t lost_ = 0;

  std::optional<state::Archive> archive_;  // none while it fails
  std::optional<state::Store> store_;      // likewise
  std::unique_ptr<IntegrityCheck> check_;
  bool marked_ = false;   // that it is open
  bool unclean_ = false;  // its last user did not close it, and it has not been looked through since
  base::TimePoint seen_now_{};
  std::optional<Steady> seen_clock_;
  Steady forgets_from_{}, next_forgetting_{};
  std::string last_error_;
  unsigned attempts_ = 0;
  Steady next_try_{};
};

}  // namespace dialwatch::daemon
