#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>

#include "base/unique_fd.h"
#include "probes/event_loop.h"

namespace dialwatch::probes {

// Calls back at many moments, to a fraction of a millisecond: all wait for one alarm, which the kernel keeps; the
// loop's own timers are of whole milliseconds. Thread safety: none; use it on its loop's thread only.
class Pacer {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // Says when it wants to be called again, or nothing: then it is destroyed. May add others, must not destroy the
  // Pacer.
  using Step = std::function<std::optional<Time>()>;

  explicit Pacer(EventLoop& loop);
  Pacer(const Pacer&) = delete;
  Pacer& operator=(const Pacer&) = delete;

  // Calls it from the loop, also where it is overdue; destroys it with the Pacer.
  void Add(Time due, Step step);
  std::size_t size() const { return due_.size(); }

 private:
  void SetAlarm();
  void CallDue();

  base::UniqueFd alarm_;
  FdWatcher watcher_;
  std::multimap<Time, Step> due_;
};

}  // namespace dialwatch::probes
