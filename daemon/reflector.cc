#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <utility>

#include "base/log.h"
#include "base/sd_notify.h"
#include "base/unique_fd.h"
#include "daemon/as_service.h"
#include "daemon/commands.h"
#include "daemon/load.h"
#include "probes/train/key_file.h"
#include "reflector/server.h"

namespace dialwatch::daemon {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::minutes kTellEvery(1);
constexpr std::chrono::milliseconds kFeedEvery(1000);  // the watchdog

base::UniqueFd OpenSignals() {
  const sigset_t signals = BlockSignals();
  return base::UniqueFd(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

// The signal that came, or 0.
std::uint32_t TakeSignal(const base::UniqueFd& signals) {
  signalfd_siginfo info{};
  return read(signals.get(), &info, sizeof info) == sizeof info ? info.ssi_signo : 0;
}

void Reload(reflector::Reflector& reflector, const std::string& path) {
  base::NotifyReloading();
  if (auto keys = probes::ReadTrainKeyFile(path)) {
    reflector.SetKeys(*std::move(keys));
    base::LogInfo("reload: now with the keys of {}", path);
  } else {
    base::LogError("reload: kept the old keys: {}", keys.error().what);
  }
  base::NotifyReady();
}

// Until SIGTERM or SIGINT.
void Serve(reflector::Server& server, const base::UniqueFd& signals, const ReflectorCommandOptions& options) {
  reflector::Counters told;
  auto tell_at = steady_clock::now() + kTellEvery;
  const auto tell = [&] {
    const reflector::Counters& now = server.reflector().counters();
    if (const auto line = reflector::DescribeSince(told, now)) base::LogInfo("{}", *line);
    told = now;
    tell_at = steady_clock::now() + kTellEvery;
  };
  auto feed_at = steady_clock::now();
  pollfd ready[] = {{server.fd(), POLLIN, 0}, {signals.get(), POLLIN, 0}};
  while (true) {
    poll(ready, std::size(ready), static_cast<int>(kFeedEvery.count()));
    server.HandleBatch();
    const std::uint32_t signal = ready[1].revents == 0 ? 0 : TakeSignal(signals);
    if (signal == SIGHUP) {
      Reload(server.reflector(), options.key_file);
    } else if (signal != 0) {
      return tell();
    }
    const auto now = steady_clock::now();
    if (now >= tell_at) tell();
    if (now < feed_at) continue;
    base::NotifyWatchdog();
    feed_at = now + kFeedEvery;
  }
}

}  // namespace

int Reflect(const ReflectorCommandOptions& options) {
  const auto fail = [](const std::string& why, int code) {
    fmt::print(stderr, "dialwatch reflector: {}\n", why);
    return code;
  };
  InitServiceLog();
  const auto listen = base::Endpoint::Parse(options.listen, kReflectorPort);
  if (!listen) return fail("--listen: " + listen.error().what, kExitUsage);
  if (!probes::IsReflectorName(options.dialer)) {
    return fail(fmt::format("--name: 1 to {} printable characters without blanks", probes::kReflectorNameSize),
                kExitUsage);
  }
  auto keys = probes::ReadTrainKeyFile(options.key_file);
  if (!keys) return fail("--key-file: " + keys.error().what, kExitUsage);
  const base::UniqueFd signals = OpenSignals();
  auto server = reflector::Server::Open(*listen, {{.dialer = options.dialer}, *std::move(keys)});
  if (!server) return fail(server.error().what, kExitBlind);  // it may pass, so systemd is to try again; 2 is final
  base::LogInfo("reflecting as {} at {}; clocks of those who ask must agree with ours to {} s (NTP)", options.dialer,
                server->LocalEndpoint().ToString(), reflector::Reflector::kClockTolerance.count());
  base::NotifyReady();
  Serve(*server, signals, options);
  base::NotifyStopping();
  return kExitClean;
}

}  // namespace dialwatch::daemon
