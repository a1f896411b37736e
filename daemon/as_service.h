#pragma once

#include <csignal>

// What `run` and `reflector` do alike, which live until they are told to stop.
namespace dialwatch::daemon {

// In the journal's style where stderr is the journal.
void InitServiceLog();

// SIGTERM, SIGINT and SIGHUP, blocked in this thread and those that it starts, so that they reach nobody but who waits
// for them.
sigset_t BlockSignals();

}  // namespace dialwatch::daemon
