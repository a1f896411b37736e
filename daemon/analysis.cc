#include "daemon/analysis.h"

#include <utility>

#include "base/log.h"

namespace dialwatch::daemon {

Analysis::Analysis(std::shared_ptr<const config::Settings> settings, std::vector<diagnosis::Incident> open,
                   Listener listener)
    : listener_(std::move(listener)), thread_([this, settings = std::move(settings), open = std::move(open)]() mutable {
        Work(std::move(settings), std::move(open));
      }) {}

Analysis::~Analysis() {
  stop_ = true;
  queue_.Close();
  thread_.join();
}

void Analysis::Work(std::shared_ptr<const config::Settings> settings, std::vector<diagnosis::Incident> open) {
  using std::chrono::steady_clock;
  const auto started = base::WallClockNow();
  Reasoning reasoning(settings, started, std::move(open));
  HistoryKeeper keeper(settings->state.path, settings->state.retention);
  keeper.RestoreInto(reasoning.picture(), started);

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
    auto snapshot = reasoning.Conclude(now);
    listener_(*snapshot);
    snapshot_.Set(std::move(snapshot));
    keeper.Save(reasoning.picture(), now);
    degraded_ = keeper.degraded();
    ++heartbeat_;
  }
  keeper.Save(reasoning.picture(), base::WallClockNow(), true);
}

}  // namespace dialwatch::daemon
