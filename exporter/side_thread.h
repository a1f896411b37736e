#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "base/bounded_queue.h"

namespace dialwatch::exporter {

// Does one thing after the other that may take long, so that nobody else has to. Thread safe.
class SideThread {
 public:
  using Work = std::function<void()>;

  explicit SideThread(std::size_t most_waiting);
  ~SideThread() { Finish(); }
  SideThread(const SideThread&) = delete;
  SideThread& operator=(const SideThread&) = delete;

  bool Do(Work work) { return queue_.Push(std::move(work)); }  // false: too much waits
  void Finish();                                               // does what waits; from then on nothing is taken

 private:
  base::BoundedQueue<Work> queue_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace dialwatch::exporter
