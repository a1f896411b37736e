#include "daemon/as_service.h"

#include <pthread.h>

#include <cstdlib>

#include "base/log.h"

namespace dialwatch::daemon {

void InitServiceLog() {
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
  base::InitLog(journal ? base::LogStyle::kJournal : base::LogStyle::kTerminal, base::LogLevel::kInfo);
}

sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace dialwatch::daemon
