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
  // The sink is called on the worker's thread. `held` is shared with the other workers, `board` with all of the
  // process.
  Worker(std::shared_ptr<const config::Settings> settings, std::vector<Target> share, SampleSink sink,
         std::shared_ptr<HeldNames> held, std::shared_ptr<Switchboard> board);
  ~Worker();  // of one that was not retired: ends it at once
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Has it probe and tell nothing more, hang up the calls that it has open, and end when no dialer holds one any more,
  // at the end of `patience` at the latest. A later call of this may shorten that. From the thread that owns it.
  void Retire(std::chrono::milliseconds patience);
  // Once it was retired: whether its thread is about to end.
  bool ended() const { return ended_; }

  // How late the latest turn started.
  std::chrono::microseconds lag() const { return std::chrono::microseconds(lag_us_); }
  // Grows at least once a second while the loop is not stuck.
  std::uint64_t heartbeat() const { return heartbeat_; }

 private:
  class Loop;
  std::atomic<std::int64_t> lag_us_{0};
  std::atomic<std::uint64_t> heartbeat_{0};
  std::atomic<bool> ended_ = false;
  bool retired_ = false;
  EventLoop loop_;
  Loop* on_thread_ = nullptr;  // for what is posted there
  std::thread thread_;
};

}  // namespace dialwatch::probes
