#pragma once

#include <chrono>
#include <map>
#include <thread>

#include "base/guarded.h"
#include "base/time.h"

namespace dialwatch::exporter {

// Ends connections on which a request is not read and answered within `limit`. The HTTP library's own timeout only
// knows silence, so a client that drips an octet every few seconds would keep its place for ever. A connection is ended
// by shutdown(2); closing it stays with the owner of the descriptor. Thread safe.
class ConnectionDeadlines {
 public:
  explicit ConnectionDeadlines(base::Duration limit);

  // The connection was opened, or its last request is answered: the time starts anew.
  void Start(int fd);

  // Call before the descriptor is closed, as its number may come back with another connection.
  void Forget(int fd);

 private:
  using Clock = std::chrono::steady_clock;

  void Sweep(Clock::time_point now);

  const base::Duration limit_;
  base::Guarded<std::map<int, Clock::time_point>> started_;  // by descriptor
  std::jthread sweeper_;
};

}  // namespace dialwatch::exporter
