#include "probes/scheduler.h"

namespace dialwatch::probes {

Scheduler::Scheduler(std::size_t targets, base::Duration interval, Time start, std::uint32_t seed)
    : interval_(interval), random_(seed | 1) {
  for (std::size_t i = 0; i < targets; ++i) {
    const Time slot = start + interval_ * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(targets);
    slots_.push({WithJitter(slot), slot, i});
  }
}

std::vector<Scheduler::Turn> Scheduler::TakeDue(Time now) {
  std::vector<Turn> turns;
  while (!slots_.empty() && slots_.top().due <= now) {
    const Slot turn = slots_.top();
    slots_.pop();
    turns.push_back({turn.target, now - turn.due});
    const auto missed = (now - turn.slot) / interval_;  // whole intervals, usually none
    const Time next = turn.slot + interval_ * (missed + 1);
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
  return slot + interval_ / 10 * (random_ % 1024) / 1024;
}

}  // namespace dialwatch::probes
