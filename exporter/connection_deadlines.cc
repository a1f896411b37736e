#include "exporter/connection_deadlines.h"

#include <sys/socket.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace dialwatch::exporter {

ConnectionDeadlines::ConnectionDeadlines(base::Duration limit) : limit_(limit) {
  sweeper_ = std::jthread([this](const std::stop_token& stop) {
    const base::Duration period = std::min(base::Duration(1000), limit_ / 4);
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    while (!stopped.wait_for(lock, stop, period, [&] { return stop.stop_requested(); })) Sweep(Clock::now());
  });
}

void ConnectionDeadlines::Start(int fd) {
  started_.With([&](auto& started) { started[fd] = Clock::now(); });
}

void ConnectionDeadlines::Forget(int fd) {
  started_.With([&](auto& started) { started.erase(fd); });
}

void ConnectionDeadlines::Sweep(Clock::time_point now) {
  // shutdown(2) does not wait, and only under the lock is it sure that the descriptor is still this connection's.
  started_.With([&](const auto& started) {
    for (const auto& [fd, since] : started) {
      if (now - since > limit_) shutdown(fd, SHUT_RDWR);
    }
  });
}

}  // namespace dialwatch::exporter
