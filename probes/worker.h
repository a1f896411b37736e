#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "probes/prober.h"
#include "probes/scheduler.h"

namespace dialwatch::probes {

// A thread that probes its share of the targets, each once an interval, from its construction to its destruction.
// Thread safety: the accessors from any thread.
class Worker {
 public:
  // The sink is called on the worker's thread. `held` is shared with the other workers.
  Worker(std::shared_ptr<const config::Settings> settings, std::vector<Target> share, SampleSink sink,
         std::shared_ptr<HeldNames> held);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // How late the latest turn started.
  std::chrono::microseconds lag() const { return std::chrono::microseconds(lag_us_); }
  // Grows at least once a second while the loop is not stuck.
  std::uint64_t heartbeat() const { return heartbeat_; }

 private:
  class Loop;
  std::atomic<std::int64_t> lag_us_{0};
  std::atomic<std::uint64_t> heartbeat_{0};
  EventLoop loop_;
  std::thread thread_;
};

}  // namespace dialwatch::probes
