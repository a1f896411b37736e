#include "daemon/analysis.h"

#include <utility>

#include "base/log.h"

namespace dialwatch::daemon {

Analysis::Analysis(std::shared_ptr<const config::Settings> settings, Past past, Listener listener, Keep keep)
    : listener_(std::move(listener)),
      keep_(std::move(keep)),
      thread_([this, settings = std::move(settings), past = std::move(past)]() mutable {
        Work(std::move(settings), std::move(past));
      }) {}

void Analysis::Stop() {
  stop_ = true;
  queue_.Close();
  if (thread_.joinable()) thread_.join();
}

void Analysis::Work(std::shared_ptr<const config::Settings> settings, Past past) {
  using std::chrono::steady_clock;
  const auto started = base::WallClockNow();
  Reasoning reasoning(settings, started, std::move(past.incidents));
  Restore(past.history, reasoning.picture(), settings->state.retention, started);
  HistoryKeeper keeper;

  auto next_tick = steady_clock::now();
  base::TimePoint last = started;
  while (!stop_) {
    for (const probes::Sample& sample : queue_.TakeAll(next_tick)) reasoning.Add(sample);
    if (steady_clock::now() < next_tick) continue;
    next_tick = steady_clock::now() + kTick;
    if (auto next = next_settings_.With([](auto& held) { return std::exchange(held, nullptr); })) {
      reasoning.Apply(std::move(next));
    }
    const auto now = base::WallClockNow();
    if (now < last || now - last > Reasoning::kJump) {
      base::LogWarning("the wall clock has jumped; nothing is called resolved before all has been probed anew");
      reasoning.StartAnew(now);
    }
    last = now;
    if (auto late = late_.With([](auto& held) { return std::exchange(held, std::nullopt); })) {
      reasoning.Recall(std::move(late->incidents), now);
      Restore(late->history, reasoning.picture(), reasoning.settings().state.retention, now);
    }
    auto snapshot = reasoning.Conclude(now);
    listener_(*snapshot);
    snapshot_.Set(std::move(snapshot));
    keep_(keeper.Take(reasoning.picture(), now));
    ++heartbeat_;
  }
  keep_(keeper.Take(reasoning.picture(), base::WallClockNow(), true));
}

}  // namespace dialwatch::daemon
