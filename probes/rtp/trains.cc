#include "probes/rtp/trains.h"

#include <sys/timerfd.h>

#include <cstdlib>
#include <utility>

namespace dialwatch::probes {
namespace {

using std::chrono::steady_clock;

int NewAlarm() {
  const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);  // the clock of steady_clock
  if (fd < 0) std::abort();  // out of descriptors before the first train
  return fd;
}

}  // namespace

EchoTrains::EchoTrains(EventLoop& loop)
    : loop_(loop), alarm_(NewAlarm()), alarm_watcher_(loop, alarm_.get(), [this](bool, bool) { StepDue(); }) {
  alarm_watcher_.Watch(true, false);
}

void EchoTrains::Start(TrainPlan plan, Done done) {
  std::unique_ptr<Running> running(
      new Running{EchoTrain(std::move(plan), steady_clock::now()), std::move(done), nullptr});
  if (EchoTrain& train = running->train; train.fd() >= 0) {
    running->watcher = std::make_unique<FdWatcher>(loop_, train.fd(), [&train](bool, bool) { train.Receive(); });
    running->watcher->Watch(true, false);
  }
  const Time due = running->train.NextDue();
  due_.emplace(due, std::move(running));
  SetAlarm();
}

void EchoTrains::SetAlarm() {
  itimerspec when{};  // zeros switch it off
  if (!due_.empty()) {
    const std::chrono::nanoseconds next = due_.begin()->first.time_since_epoch();
    when.it_value.tv_sec = std::chrono::floor<std::chrono::seconds>(next).count();
    when.it_value.tv_nsec = (next % std::chrono::seconds(1)).count();
  }
  timerfd_settime(alarm_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

void EchoTrains::StepDue() {
  std::uint64_t expirations = 0;
  if (read(alarm_.get(), &expirations, sizeof expirations) < 0) return;  // was set anew meanwhile
  const Time now = steady_clock::now();
  while (!due_.empty() && due_.begin()->first <= now) {
    auto node = due_.extract(due_.begin());
    if (node.mapped()->train.Step()) {
      node.key() = node.mapped()->train.NextDue();
      due_.insert(std::move(node));
    } else {
      const std::unique_ptr<Running> over = std::move(node.mapped());
      over->watcher.reset();
      over->done(over->train.Conclude());
    }
  }
  SetAlarm();
}

}  // namespace dialwatch::probes
