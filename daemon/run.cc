#include <fmt/format.h>
#include <pthread.h>
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
#include "daemon/commands.h"
#include "daemon/load.h"
#include "daemon/service.h"

namespace dialwatch::daemon {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kWatch(5);  // slower than any heartbeat

// The signals we wait for; blocked in every thread, so that they reach nobody but WaitForSignal.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// The signal that came, or 0 after `patience`.
int WaitForSignal(const sigset_t& signals, std::chrono::seconds patience) {
  const timespec timeout{patience.count(), 0};
  const int signal = sigtimedwait(&signals, nullptr, &timeout);
  return signal < 0 ? 0 : signal;
}

void Reload(Service& service, const std::string& path) {
  base::NotifyReloading();
  config::LoadedConfig loaded = config::LoadConfig(path);
  for (const config::ConfigError& error : loaded.errors) base::LogError("{}", error.ToString());
  base::Status applied;
  if (!loaded.settings) {
    applied = base::Error{fmt::format("{} has {}", path, base::Count(loaded.errors.size(), "error"))};
  } else if (loaded.settings->dialers.empty()) {
    applied = base::Error{fmt::format("{} has no [[dialer]]", path)};
  } else {
    applied = service.Apply(std::make_shared<config::Settings>(std::move(*loaded.settings)));
  }
  service.NoteReload(static_cast<bool>(applied));
  if (applied) {
    base::LogInfo("reload: now running with {}", path);
  } else {
    base::LogError("reload: kept the old settings: {}", applied.error().what);
  }
  base::NotifyReady();
}

// Until SIGTERM or SIGINT. The watchdog is fed only while every thread makes progress, so that systemd restarts a
// daemon that looks alive but has stopped watching.
void Serve(Service& service, const std::string& path) {
  const sigset_t signals = BlockSignals();
  const auto watchdog = base::WatchdogInterval();
  const auto patience = watchdog
                            ? std::clamp<std::chrono::seconds>(std::chrono::floor<std::chrono::seconds>(*watchdog / 3),
                                                               std::chrono::seconds(1), kWatch)
                            : kWatch;
  auto next_look = steady_clock::now() + kWatch;
  bool stuck = false;
  while (true) {
    const int signal = WaitForSignal(signals, patience);
    if (signal == SIGTERM || signal == SIGINT) return;
    if (signal == SIGHUP) Reload(service, path);
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
  base::InitLog(std::getenv("JOURNAL_STREAM") != nullptr ? base::LogStyle::kJournal : base::LogStyle::kTerminal,
                base::LogLevel::kInfo);
  BlockSignals();
  const auto settings = LoadOrComplain(options.config);
  if (!settings) return kExitUsage;
  if (settings->dialers.empty()) {
    fmt::print(stderr, "dialwatch run: nothing to watch: write [[dialer]] tables into {} (see config/example.toml)\n",
               settings->source.empty() ? "/etc/dialwatch/dialwatch.toml" : settings->source);
    return kExitUsage;
  }
  auto service = Service::Start(settings);
  if (!service) {
    fmt::print(stderr, "dialwatch run: {}\n", service.error().what);
    return kExitBlind;  // it may pass, so systemd is to try again; 2 is final
  }
  base::LogInfo("watching {} through {} every {}; metrics at http://{}/metrics",
                base::Count(settings->dialers.size(), "dialer"), base::Count(settings->resolvers.size(), "resolver"),
                base::FormatDuration(settings->probing.interval), (*service)->listening_on().ToString());
  base::NotifyReady();
  Serve(**service, settings->source);
  base::NotifyStopping();
  base::LogInfo("stopping");
  (*service).reset();
  return kExitClean;
}

}  // namespace dialwatch::daemon
