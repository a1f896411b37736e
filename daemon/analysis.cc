#include "daemon/analysis.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace dialwatch::daemon {
namespace {

constexpr base::Duration kJump = std::chrono::seconds(30);  // far more than a tick can be late

// When every finding that stands could have been made anew.
base::TimePoint SettledAt(base::TimePoint now, const config::Settings& settings) {
  base::Duration longest = 3 * settings.probing.interval;  // three rounds, which silence takes to be told
  for (const config::Call& call : settings.calls) longest = std::max(longest, 2 * call.interval);  // two calls
  return now + longest + 3 * settings.probing.timeout;
}

}  // namespace

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
  diagnosis::Analyst analyst(settings, SettledAt(started, *settings));
  for (diagnosis::Incident& incident : open) analyst.incidents().Restore(std::move(incident));
  HistoryKeeper keeper(settings->state.path, settings->state.retention);
  keeper.RestoreInto(analyst.picture(), started);

  auto next_tick = steady_clock::now();
  base::TimePoint last = started;
  while (!stop_) {
    for (const probes::Sample& sample : queue_.TakeAll(next_tick)) analyst.Add(sample);
    if (steady_clock::now() < next_tick) continue;
    next_tick = steady_clock::now() + kTick;
    if (auto next = next_settings_.With([](auto& held) { return std::exchange(held, nullptr); })) {
      settings = next;
      analyst.Apply(std::move(next));
    }
    const auto now = base::WallClockNow();
    if (now < last || now - last > kJump) {
      base::LogWarning("the wall clock has jumped; nothing is called resolved before all has been probed anew");
      analyst.incidents().SettleAt(SettledAt(now, *settings));
    }
    last = now;
    auto snapshot = analyst.Conclude(now);
    listener_(*snapshot);
    snapshot_.Set(std::move(snapshot));
    keeper.Save(analyst.picture(), now);
    degraded_ = keeper.degraded();
    ++heartbeat_;
  }
  keeper.Save(analyst.picture(), base::WallClockNow(), true);
}

}  // namespace dialwatch::daemon
