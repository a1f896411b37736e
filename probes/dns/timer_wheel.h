#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <utility>

namespace dialwatch::probes {

// Holds values until they fall due, to the tick. Adding, moving and taking out cost O(1), and so does a tick but for
// what falls due in it and what falls due a whole turn later. A value keeps its address until it is destroyed.
// Thread safety: none.
template <typename T>
class TimerWheel {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Entry {
    template <typename... Args>
    explicit Entry(Args&&... args) : value(std::forward<Args>(args)...) {}
    T value;
    Time due{};
  };
  using Entries = std::list<Entry>;
  using Handle = typename Entries::iterator;

  static constexpr std::chrono::milliseconds kTick{10};

  bool empty() const { return size_ == 0; }

  // An entry that is in no wheel yet, alone in a list.
  template <typename... Args>
  static Entries Make(Args&&... args) {
    Entries single;
    single.emplace_back(std::forward<Args>(args)...);
    return single;
  }

  // Takes an entry over from a list that Make, Take or TakeDue gave.
  void Add(Entries& from, Handle entry, Time due) {
    entry->due = std::max(due, Time(kTick * next_));  // what is overdue falls due at the next TakeDue
    Entries& slot = SlotOf(*entry);
    slot.splice(slot.end(), from, entry);
    ++size_;
  }

  Entries Take(Handle entry) {
    Entries single;
    single.splice(single.end(), SlotOf(*entry), entry);
    --size_;
    return single;
  }

  // All that falls due before the next tick is over. Call it once a tick; what a late call missed is caught up.
  Entries TakeDue(Time now) {
    Entries due;
    const auto last = TickOf(now);
    const auto first = std::max(next_, last - (kSlots - 1));
    for (auto tick = first; tick <= last; ++tick) {
      Entries& slot = slots_[static_cast<std::size_t>(tick % kSlots)];
      for (auto entry = slot.begin(); entry != slot.end();) {
        const auto following = std::next(entry);
        if (TickOf(entry->due) <= last) {
          due.splice(due.end(), slot, entry);
          --size_;
        }
        entry = following;
      }
    }
    next_ = last;  // again next time: more may be added for the tick that runs
    return due;
  }

 private:
  static constexpr std::int64_t kSlots = 512;  // a turn of 5 s

  static std::int64_t TickOf(Time time) { return time.time_since_epoch() / kTick; }
  Entries& SlotOf(const Entry& entry) { return slots_[static_cast<std::size_t>(TickOf(entry.due) % kSlots)]; }

  std::array<Entries, kSlots> slots_;
  std::int64_t next_ = 0;  // the first tick that TakeDue has not finished
  std::size_t size_ = 0;
};

}  // namespace dialwatch::probes
