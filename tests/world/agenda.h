#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "base/time.h"

namespace dialwatch::world {

// The simulated clock, and what is to happen at which time; of one moment in the order in which it was put down.
class Agenda {
 public:
  using Action = std::function<void()>;

  explicit Agenda(base::TimePoint start) : now_(start) {}

  base::TimePoint now() const { return now_; }

  void At(base::TimePoint time, Action action) { entries_.push({time, next_++, std::move(action)}); }
  void In(base::Duration wait, Action action) { At(now_ + wait, std::move(action)); }

  // What is due from `end` on stays undone.
  void RunUntil(base::TimePoint end) {
    while (!entries_.empty() && entries_.top().time < end) {
      const Entry entry = entries_.top();
      entries_.pop();
      now_ = std::max(now_, entry.time);
      entry.action();
    }
    now_ = std::max(now_, end);
  }

 private:
  struct Entry {
    base::TimePoint time;
    std::uint64_t number;
    Action action;
    bool operator>(const Entry& other) const { return std::pair(time, number) > std::pair(other.time, other.number); }
  };
  base::TimePoint now_;
  std::uint64_t next_ = 0;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> entries_;
};

}  // namespace dialwatch::world
