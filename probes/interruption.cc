#include "probes/interruption.h"

#include <sys/signalfd.h>

#include <utility>

namespace dialwatch::probes {

Interruption::Interruption(EventLoop& loop, std::function<void()> tell) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, &before_);
  fd_ = base::UniqueFd(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_) return;
  watcher_ = std::make_unique<FdWatcher>(loop, fd_.get(), [this, tell = std::move(tell)](bool, bool) {
    watcher_->Watch(false, false);  // not read, so that it stays pending
    tell();
  });
  watcher_->Watch(true, false);
}

Interruption::~Interruption() {
  watcher_.reset();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace dialwatch::probes
