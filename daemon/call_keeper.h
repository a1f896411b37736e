#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "probes/call/switchboard.h"

namespace dialwatch::daemon {

// Has no dialer called while it may still have a call of a run that was killed: a mark beside the state stands while
// calls may be open, and whoever finds it waits. Without a state, or where it fails, every run waits. Thread safety:
// none; the main thread owns it.
class CallKeeper {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // Until the session timer of the last call has run out, which is 90 s.
  static constexpr std::chrono::seconds kWait{100};

  CallKeeper(const std::string& state_path, Time started);

  // For all who call, in this run.
  std::shared_ptr<probes::Switchboard> Board();

  // At an orderly stop, when nobody calls any more: takes the mark away if all calls have ended, those of the last run
  // included.
  void Close(Time now);

 private:
  const std::string mark_;  // empty: there is no state
  const Time started_;
  bool marked_ = false;
  Time opens_;
  std::shared_ptr<probes::Switchboard> board_;
};

}  // namespace dialwatch::daemon
