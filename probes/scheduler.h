#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "base/time.h"

namespace dialwatch::probes {

// Says when each target's turn is: once in its interval. The first turns are spread evenly over the shortest interval,
// so that all is known soon, and each turn is moved by a jitter, so that many probers do not march in step. A turn that
// was missed is left out, never made up for in a burst. Time comes in as a number. Thread safety: none.
class Scheduler {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // An interval for each target. The jitter of a turn is below a tenth of the shortest; `seed` varies it from process
  // to process.
  Scheduler(std::vector<base::Duration> intervals, Time start, std::uint32_t seed);

  struct Turn {
    std::size_t target = 0;
    std::chrono::steady_clock::duration lag{};  // how late it is
  };
  // All turns due at `now`, earliest first; each target is given its next one.
  std::vector<Turn> TakeDue(Time now);

  // When to come back; nothing where there are no targets.
  std::optional<Time> NextDue() const;

 private:
  Time WithJitter(Time slot);

  struct Slot {
    Time due;
    Time slot;  // the due time before its jitter
    std::size_t target = 0;
    bool operator>(const Slot& other) const { return due > other.due; }
  };
  const std::vector<base::Duration> intervals_;  // by target
  const std::chrono::steady_clock::duration shortest_;
  std::uint32_t random_;
  std::priority_queue<Slot, std::vector<Slot>, std::greater<>> slots_;
};

}  // namespace dialwatch::probes
