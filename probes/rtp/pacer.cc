#include "probes/rtp/pacer.h"

#include <sys/timerfd.h>

#include <cstdlib>
#include <utility>

namespace dialwatch::probes {
namespace {

int NewAlarm() {
  const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);  // the clock of steady_clock
  if (fd < 0) std::abort();  // out of descriptors before the first train
  return fd;
}

}  // namespace

Pacer::Pacer(EventLoop& loop) : alarm_(NewAlarm()), watcher_(loop, alarm_.get(), [this](bool, bool) { CallDue(); }) {
  watcher_.Watch(true, false);
}

void Pacer::Add(Time due, Step step) {
  const auto added = due_.emplace(due, std::move(step));
  if (added == due_.begin()) SetAlarm();
}

void Pacer::SetAlarm() {
  itimerspec when{};  // zeros switch it off
  if (!due_.empty()) {
    const std::chrono::nanoseconds next = due_.begin()->first.time_since_epoch();
    when.it_value.tv_sec = std::chrono::floor<std::chrono::seconds>(next).count();
    when.it_value.tv_nsec = (next % std::chrono::seconds(1)).count();
  }
  timerfd_settime(alarm_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

void Pacer::CallDue() {
  std::uint64_t expirations = 0;
  if (read(alarm_.get(), &expirations, sizeof expirations) < 0) return;  // was set anew meanwhile
  const Time now = std::chrono::steady_clock::now();
  while (!due_.empty() && due_.begin()->first <= now) {
    auto node = due_.extract(due_.begin());
    if (const auto again = node.mapped()()) {
      node.key() = *again;
      due_.insert(std::move(node));
    }
  }
  SetAlarm();
}

}  // namespace dialwatch::probes
