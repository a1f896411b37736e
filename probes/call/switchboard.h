#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "probes/call/turns.h"

namespace dialwatch::probes {

// What all who call share, whatever workers and reloads there are: whose turn it is, from when on anybody may be
// called, and whether a call of ours may still be open. Thread safe.
class Switchboard {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Nobody is called before `opens`: calls of a run that was killed may be open until then.
  explicit Switchboard(Time opens = {}) : opens_(opens) {}

  // Nothing while this dialer is being called.
  std::optional<CallTurns::Turn> Take(const std::string& dialer, Time now) {
    return now < opens_ ? std::nullopt : turns_.Take(dialer);
  }

  // A call was dropped before it had ended.
  void NoteLeft() { left_ = true; }
  bool left() const { return left_; }

 private:
  const Time opens_;
  CallTurns turns_;
  std::atomic<bool> left_ = false;
};

}  // namespace dialwatch::probes
