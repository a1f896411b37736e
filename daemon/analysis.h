#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>

#include "base/bounded_queue.h"
#include "base/guarded.h"
#include "daemon/memory/history_keeper.h"
#include "daemon/reasoning.h"

namespace dialwatch::daemon {

// The thread around a Reasoning: takes samples from the queue, concludes at most once a second, keeps the history
// and publishes the snapshot. Thread safety: all public members from any thread.
class Analysis {
 public:
  using Listener =
      std::function<void(const diagnosis::Snapshot&)>;  // called on the analysis thread; must return at once

  static constexpr std::size_t kQueue = 100'000;  // samples; some 100 MB at the very worst
  static constexpr base::Duration kTick = std::chrono::seconds(1);

  // `open` incidents are those that were firing when the process ended.
  Analysis(std::shared_ptr<const config::Settings> settings, std::vector<diagnosis::Incident> open, Listener listener);
  ~Analysis();  // concludes once more, without telling the listener, and writes the history
  Analysis(const Analysis&) = delete;
  Analysis& operator=(const Analysis&) = delete;

  void Add(probes::Sample sample) { queue_.Push(std::move(sample)); }
  void Apply(std::shared_ptr<const config::Settings> settings) { next_settings_.Set(std::move(settings)); }

  // Null before the first one.
  std::shared_ptr<const diagnosis::Snapshot> snapshot() const { return snapshot_.Copy(); }
  std::uint64_t dropped() const { return queue_.dropped(); }
  std::uint64_t heartbeat() const { return heartbeat_; }
  bool degraded() const { return degraded_; }

 private:
  void Work(std::shared_ptr<const config::Settings> settings, std::vector<diagnosis::Incident> open);

  base::BoundedQueue<probes::Sample> queue_{kQueue};
  base::Guarded<std::shared_ptr<const config::Settings>> next_settings_;
  base::Guarded<std::shared_ptr<const diagnosis::Snapshot>> snapshot_;
  Listener listener_;
  std::atomic<std::uint64_t> heartbeat_{0};
  std::atomic<bool> degraded_{false};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace dialwatch::daemon
