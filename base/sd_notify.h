#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace dialwatch::base {

// The service manager's side door (sd_notify(3)), without libsystemd: one datagram to $NOTIFY_SOCKET. True where it was
// sent; where the variable is not set (no systemd, a terminal) nothing happens. Waits a second at most.
// Thread safe while nobody changes the environment.
bool NotifyReady();
bool NotifyReloading();  // follow it with NotifyReady when the reload is over
bool NotifyStopping();
bool NotifyWatchdog();
bool NotifyStatus(std::string_view text);  // one line for `systemctl status`

// How long the manager waits for NotifyWatchdog before it kills us, or nothing where it does not watch this process.
// Ping at half of it.
std::optional<std::chrono::microseconds> WatchdogInterval();

}  // namespace dialwatch::base
