#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>

#include "reflector/replay_window.h"

namespace dialwatch::reflector {

// The trains of late: what was seen of each, and how much was counted. Forgets a train when none of its packets can be
// valid any more. Never more than `most` of them; a full table takes no new ones, since a train that was forgotten
// early could be replayed. Thread safety: none.
class TrainTable {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Train {
    ReplayWindow window;
    std::uint32_t counted = 0;
  };

  TrainTable(std::size_t most, std::chrono::seconds life) : most_(most), life_(life) {}

  // The train, which now lives anew; null where there is no room for it.
  Train* Find(std::uint64_t id, Time now);

 private:
  struct Entry {
    std::uint64_t id;
    Time until;
    Train train;
  };
  using Entries = std::list<Entry>;  // the next to be forgotten first

  const std::size_t most_;
  const std::chrono::seconds life_;
  Entries entries_;
  std::unordered_map<std::uint64_t, Entries::iterator> trains_;
};

}  // namespace dialwatch::reflector
