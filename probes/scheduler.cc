#include "probes/scheduler.h"

#include <algorithm>

namespace dialwatch::probes {

Scheduler::Scheduler(std::vector<base::Duration> intervals, Time start, std::uint32_t seed)
    : intervals_(std::move(intervals)),
      shortest_(intervals_.empty() ? base::Duration::zero() : *std::ranges::min_element(intervals_)),
      random_(seed | 1) {
  const auto targets = static_cast<std::int64_t>(intervals_.size());
  for (std::size_t i = 0; i < intervals_.size(); ++i) {
    const Time slot = start + shortest_ * static_cast<std::int64_t>(i) / targets;
    slots_.push({WithJitter(slot), slot, i});
  }
}

std::vector<Scheduler::Turn> Scheduler::TakeDue(Time now) {
  std::vector<Turn> turns;
  while (!slots_.empty() && slots_.top().due <= now) {
    const Slot turn = slots_.top();
    slots_.pop();
    turns.push_back({turn.target, now - turn.due});
    const std::chrono::steady_clock::duration interval = intervals_[turn.target];
    const auto missed = (now - turn.slot) / interval;  // whole intervals, usually none
    const Time next = turn.slot + interval * (missed + 1);
    slots_.push({WithJitter(next), next, turn.target});
  }
  return turns;
}

std::optional<Scheduler::Time> Scheduler::NextDue() const {
  if (slots_.empty()) return std::nullopt;
  return slots_.top().due;
}

Scheduler::Time Scheduler::WithJitter(Time slot) {
  random_ ^= random_ << 13, random_ ^= random_ >> 17, random_ ^= random_ << 5;  // xorshift32 (Marsaglia 2003)
  return slot + shortest_ / 10 * (random_ % 1024) / 1024;
}

}  // namespace dialwatch::probes
