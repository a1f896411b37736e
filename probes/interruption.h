#pragma once

#include <csignal>
#include <functional>
#include <memory>

#include "base/unique_fd.h"
#include "probes/event_loop.h"

namespace dialwatch::probes {

// Holds SIGINT and SIGTERM back while it lives, so that a command can put things in order first: `tell` is called on
// the loop when one has come, once. When it is destroyed the signal takes its effect: it ends the process. Make it
// before there are other threads. Thread safety: none; use it on its loop's thread only.
class Interruption {
 public:
  Interruption(EventLoop& loop, std::function<void()> tell);
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

 private:
  sigset_t before_{};
  base::UniqueFd fd_;
  std::unique_ptr<FdWatcher> watcher_;
};

}  // namespace dialwatch::probes
