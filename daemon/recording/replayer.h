#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alerting/ledger.h"
#include "daemon/novelty.h"
#include "daemon/reasoning.h"

namespace dialwatch::daemon {

// When it was taken.
base::TimePoint TimeOf(const probes::Sample& sample);

// One thing that would have happened, at the time of the recording.
struct ReplayEvent {
  enum class Kind : std::uint8_t {
    kOpened,    // an incident is there, and pending
    kFiring,    // it has stood for `for`
    kGrown,     // more dialers are affected
    kWorse,     // it is more severe
    kResolved,  // after it fired
    kGone,      // it passed before it fired
    kMessage,   // a receiver is told
  };
  Kind kind = Kind::kOpened;
  base::TimePoint at;
  diagnosis::Incident incident;  // as it is then
  std::string receiver = {};     // kMessage only
  alerting::Message message = {};
};

// Runs samples through the daemon's own Reasoning and its planner of messages, by the samples' clock. It concludes at
// whole seconds, as the daemon does at most once each; where a stretch of time says nothing new and changes nothing it
// is concluded upon once, at its end, else in parts down to the second, so that the outcome is that of each second.
// A message counts as delivered at once. Thread safety: none.
class Replayer {
 public:
  using Listener = std::function<void(const ReplayEvent&)>;

  static constexpr base::Duration kTick = std::chrono::seconds(1);
  static constexpr std::size_t kMostHeld = 100'000;  // samples of one stretch, as in the queue of the analysis

  enum class Pace : std::uint8_t { kStretches, kEachSecond };  // the second is for tests: it gives the same

  Replayer(std::shared_ptr<const config::Settings> settings, Listener listener, Pace pace = Pace::kStretches);

  // In the order in which they came. A step back or a silence that is too long counts as a start anew.
  void Add(probes::Sample sample);
  // From now on these count, as after a reload or, where `anew`, a restart.
  void Apply(std::shared_ptr<const config::Settings> settings, bool anew);
  // All that has been added is concluded upon. Null where there was nothing.
  std::shared_ptr<const diagnosis::Snapshot> Finish();

  bool evaluated() const { return evaluated_; }  // there was something to hold samples against, at some time

 private:
  struct Held {
    probes::Sample sample;
    base::TimePoint at;  // when it came: never before the one before it
    News news;
  };

  base::Duration Silence() const;
  void Begin(base::TimePoint at);
  void Run(std::span<const Held> samples, base::TimePoint from, base::TimePoint to);
  bool Matters(const Held& held) const;
  bool RunAsOne(std::span<const Held> samples, base::TimePoint to);
  void RunSecond(std::span<const Held> samples, base::TimePoint to);
  void Flush(base::TimePoint to);
  void Note(const std::shared_ptr<const diagnosis::Snapshot>& snapshot);
  void TellIncidents(const diagnosis::Snapshot& snapshot);
  void TellMessages(const diagnosis::Snapshot& snapshot);

  std::optional<Reasoning> reasoning_;
  std::shared_ptr<const config::Settings> settings_;
  Listener listener_;
  const Pace pace_;
  alerting::Ledger ledger_{""};
  Novelty novelty_;

  std::vector<Held> held_;
  base::TimePoint from_{};    // what is before has been concluded upon
  base::TimePoint latest_{};  // of all samples since the clock began to count
  std::shared_ptr<const diagnosis::Snapshot> last_;
  std::map<std::string, diagnosis::Incident> known_;  // open ones, as they were told
  bool evaluated_ = false;
};

}  // namespace dialwatch::daemon
