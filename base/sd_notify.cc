#include "base/sd_notify.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/printable.h"
#include "base/unique_fd.h"

namespace dialwatch::base {
namespace {

bool Send(std::string_view state) {
  const char* variable = std::getenv("NOTIFY_SOCKET");
  const std::string_view path = variable == nullptr ? "" : variable;
  sockaddr_un address{};
  if (path.size() < 2 || path.size() >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@')) return false;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (path[0] == '@') address.sun_path[0] = '\0';  // an abstract socket, unix(7)
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const timeval patience{.tv_sec = 1, .tv_usec = 0};
  setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  return sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
                static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size())) ==
         static_cast<ssize_t>(state.size());
}

std::optional<std::int64_t> NumberFrom(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr) return std::nullopt;
  std::int64_t number = 0;
  const char* const last = value + std::strlen(value);
  const auto [end, failed] = std::from_chars(value, last, number);
  return failed == std::errc{} && end == last ? std::optional(number) : std::nullopt;
}

}  // namespace

bool NotifyReady() {
  return Send("READY=1");
}

bool NotifyReloading() {
  using std::chrono::microseconds;
  const auto now = std::chrono::steady_clock::now().time_since_epoch();  // CLOCK_MONOTONIC, as sd_notify(3) asks
  return Send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", std::chrono::duration_cast<microseconds>(now).count()));
}

bool NotifyStopping() {
  return Send("STOPPING=1");
}

bool NotifyWatchdog() {
  return Send("WATCHDOG=1");
}

bool NotifyStatus(std::string_view text) {
  return Send(fmt::format("STATUS={}", Printable(text)));
}

std::optional<std::chrono::microseconds> WatchdogInterval() {
  const auto interval = NumberFrom("WATCHDOG_USEC");
  if (!interval || *interval <= 0) return std::nullopt;
  const bool for_us = std::getenv("WATCHDOG_PID") == nullptr || NumberFrom("WATCHDOG_PID") == getpid();
  return for_us ? std::optional(std::chrono::microseconds(*interval)) : std::nullopt;
}

}  // namespace dialwatch::base
