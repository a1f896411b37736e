#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "base/bounded_queue.h"
#include "base/guarded.h"
#include "daemon/memory/memory_book.h"
#include "diagnosis/incidents/incident.h"
#include "probes/sample.h"

namespace dialwatch::daemon {

// The thread that remembers: whatever it is given is in the database kFlush later, where that works. Who gives never
// waits; what does not fit is dropped and counted. How the database fares it tells as a sample: when that changes, and
// each kReport. Thread safety: Add and the numbers from any thread, Note from one.
class Memory {
 public:
  static constexpr std::size_t kQueue = 50'000;  // rows; the thread takes them at once, but for a disk that hangs
  static constexpr std::chrono::seconds kFlush{5};
  static constexpr std::chrono::seconds kReport{60};
  static constexpr std::chrono::seconds kRenew{60};

  static constexpr std::chrono::milliseconds kPatience{500};  // of the start, with a disk that hangs
  static constexpr std::chrono::seconds kHangs{15};

  using Recall = std::function<void(MemoryBook::Past)>;

  explicit Memory(const config::State& settings);
  ~Memory() { Stop(); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // Once; until then what is given waits. `recall` gets what was known where that could not be read before.
  void Start(probes::SampleSink report, Recall recall);

  void Stop();  // writes what waits; what is given from then on is dropped

  // What was known when the process ended; nothing where that could not be read within kPatience.
  MemoryBook::Past TakePast() { return TakeLoaded().value_or(MemoryBook::Past()); }

  void Add(const probes::Sample& sample);
  void Add(std::vector<state::HistoryRow> rows);
  // The incidents as they are now. What has changed is kept, mere words of it once each kRenew.
  void Note(const std::vector<diagnosis::Incident>& incidents, base::TimePoint now);

  bool degraded() const { return degraded_ || std::chrono::steady_clock::now() - tended_.load() > kHangs; }
  std::uint64_t dropped() const { return queue_.dropped() + lost_; }

 private:
  using Item = std::variant<state::SampleRow, std::vector<state::HistoryRow>, diagnosis::Incident>;

  void Work();
  void Load();
  std::optional<MemoryBook::Past> TakeLoaded();
  void Take(Item item);
  void Tell();

  probes::SampleSink report_;
  Recall recall_;
  std::promise<void> tried_, started_;  // to load; Start or Stop has been called
  base::Guarded<std::optional<MemoryBook::Past>> loaded_;
  base::BoundedQueue<Item> queue_{kQueue};
  struct Noted {
    diagnosis::Incident incident;
    base::TimePoint at;
  };
  std::map<std::string, Noted> noted_;  // by id, as they were kept last
  std::atomic<bool> degraded_{false}, stop_{false};
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<std::chrono::steady_clock::time_point> tended_;

  // the thread's
  MemoryBook book_;
  bool has_loaded_ = false;
  probes::StateSample told_;
  std::thread thread_;
};

}  // namespace dialwatch::daemon
