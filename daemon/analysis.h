#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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

  // What was known when the process ended: the incidents that stood or ended lately, and the history of answers.
  struct Past {
    std::vector<diagnosis::Incident> incidents = {};
    std::vector<state::HistoryRow> history = {};
  };
  using Keep = std::function<void(std::vector<state::HistoryRow>)>;  // likewise

  // `keep` takes what of the history is to be remembered.
  Analysis(std::shared_ptr<const config::Settings> settings, Past past, Listener listener, Keep keep);
  ~Analysis() { Stop(); }
  Analysis(const Analysis&) = delete;
  Analysis& operator=(const Analysis&) = delete;

  void Stop();  // gives the history once more; what is added from then on is dropped

  void Add(probes::Sample sample) { queue_.Push(std::move(sample)); }
  void Recall(Past late) { late_.Set(std::move(late)); }  // where it could not be read at once
  void Apply(std::shared_ptr<const config::Settings> settings) { next_settings_.Set(std::move(settings)); }

  // Null before the first one.
  std::shared_ptr<const diagnosis::Snapshot> snapshot() const { return snapshot_.Copy(); }
  std::uint64_t dropped() const { return queue_.dropped(); }
  std::uint64_t heartbeat() const { return heartbeat_; }

 private:
  void Work(std::shared_ptr<const config::Settings> settings, Past past);

  base::BoundedQueue<probes::Sample> queue_{kQueue};
  base::Guarded<std::shared_ptr<const config::Settings>> next_settings_;
  base::Guarded<std::optional<Past>> late_;
  base::Guarded<std::shared_ptr<const diagnosis::Snapshot>> snapshot_;
  Listener listener_;
  Keep keep_;
  std::atomic<std::uint64_t> heartbeat_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace dialwatch::daemon
