#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "base/count.h"
#include "base/duration_text.h"
#include "base/log.h"
#include "base/sd_notify.h"
#include "config/load.h"
#include "daemon/as_service.h"
#include "daemon/commands.h"
#include "daemon/discovery/discovery_keeper.h"
#include "daemon/load.h"
#include "daemon/service.h"

namespace dialwatch::daemon {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kWatch(5);  // slower than any heartbeat

// The signal that came, or 0 after `patience`.
int WaitForSignal(const sigset_t& signals, std::chrono::seconds patience) {
  const timespec timeout{patience.count(), 0};
  const int signal = sigtimedwait(&signals, nullptr, &timeout);
  return signal < 0 ? 0 : signal;
}

bool WatchesNothing(const config::Settings& settings) {
  return settings.dialers.empty() && settings.discoveries.empty() && settings.ice_configs.empty();
}

// `settings` become those that the service was given the last time.
void Reload(Service& service, DiscoveryKeeper& keeper, std::shared_ptr<const config::Settings>& settings) {
  const std::string path = settings->source;
  base::NotifyReloading();
  config::LoadedConfig loaded = config::LoadConfig(path);
  for (const config::ConfigError& error : loaded.errors) base::LogError("{}", error.ToString());
  base::Status applied;
  if (!loaded.settings) {
    applied = base::Error{fmt::format("{} has {}", path, base::Count(loaded.errors.size(), "error"))};
  } else if (WatchesNothing(*loaded.settings)) {
    applied = base::Error{fmt::format("{} has no [[dialer]]", path)};
  } else {
    const auto next = std::make_shared<config::Settings>(std::move(*loaded.settings));
    applied = service.Apply(keeper.Apply(next));
    if (applied) {
      settings = next;
    } else {
      keeper.Apply(settings);
    }
  }
  service.NoteReload(static_cast<bool>(applied));
  if (applied) {
    base::LogInfo("reload: now running with {}", path);
  } else {
    base::LogError("reload: kept the old settings: {}", applied.error().what);
  }
  base::NotifyReady();
}

// Swaps in what discovery has found since it was asked last.
void FollowDiscovery(Service& service, DiscoveryKeeper& keeper) {
  service.NoteDiscovery(keeper.errors());
  const auto found = keeper.TakeChange();
  if (!found) return;
  if (const auto applied = service.Apply(found); !applied) {
    base::LogError("discovery: {}", applied.error().what);
  } else {
    base::LogInfo("discovery: now watching {}", base::Count(found->dialers.size(), "dialer"));
  }
}

// Until SIGTERM or SIGINT. The watchdog is fed only while every thread makes progress, so that systemd restarts a
// daemon that looks alive but has stopped watching.
void Serve(Service& service, DiscoveryKeeper& keeper, std::shared_ptr<const config::Settings> settings) {
  const sigset_t signals = BlockSignals();
  const auto watchdog = base::WatchdogInterval();
  const auto patience = watchdog
                            ? std::clamp<std::chrono::seconds>(std::chrono::floor<std::chrono::seconds>(*watchdog / 3),
                                                               std::chrono::seconds(1), kWatch)
                            : kWatch;
  auto next_look = steady_clock::now() + kWatch;
  bool stuck = false;
  while (true) {
    const bool discovers = !settings->discoveries.empty();
    const int signal = WaitForSignal(signals, discovers ? DiscoveryKeeper::kLookEvery : patience);
    if (signal == SIGTERM || signal == SIGINT) return;
    if (signal == SIGHUP) {
      service.ReopenRecording();
      Reload(service, keeper, settings);
    }
    FollowDiscovery(service, keeper);
    if (steady_clock::now() >= next_look) {
      const std::string thread = service.FindStuckThread();
      if (!thread.empty() && !stuck)
        base::LogError("the {} thread has made no progress for {} s", thread, kWatch.count());
      stuck = !thread.empty();
      next_look = steady_clock::now() + kWatch;
    }
    if (watchdog && !stuck) base::NotifyWatchdog();
  }
}

}  // namespace

int Run(const RunOptions& options) {
  InitServiceLog();
  BlockSignals();
  const auto settings = LoadOrComplain(options.config);
  if (!settings) return kExitUsage;
  if (WatchesNothing(*settings)) {
    fmt::print(stderr, "dialwatch run: nothing to watch: write [[dialer]] tables into {} (see config/example.toml)\n",
               settings->source.empty() ? "/etc/dialwatch/dialwatch.toml" : settings->source);
    return kExitUsage;
  }
  DiscoveryKeeper keeper;
  const auto found = keeper.Apply(settings);
  auto service = Service::Start(found, options.record);
  if (!service) {
    fmt::print(stderr, "dialwatch run: {}\n", service.error().what);
    return kExitBlind;  // it may pass, so systemd is to try again; 2 is final
  }
  base::LogInfo("watching {} through {} every {}; metrics at http://{}/metrics",
                base::Count(found->dialers.size(), "dialer"), base::Count(settings->resolvers.size(), "resolver"),
                base::FormatDuration(settings->probing.interval), (*service)->listening_on().ToString());
  base::NotifyReady();
  Serve(**service, keeper, settings);
  base::NotifyStopping();
  base::LogInfo("stopping");
  (*service).reset();
  return kExitClean;
}

}  // namespace dialwatch::daemon
