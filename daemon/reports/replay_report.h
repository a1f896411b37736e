#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "daemon/recording/replayer.h"
#include "daemon/reports/terminal.h"

namespace dialwatch::daemon {

// What a replay came to. Thread safety: none.
class ReplayTally {
 public:
  void Note(const ReplayEvent& event);
  void Note(const probes::Sample& sample);

  std::size_t samples() const { return samples_; }
  std::size_t messages() const { return messages_; }
  base::TimePoint from() const { return from_; }  // of the samples
  base::TimePoint to() const { return to_; }

  // As they were last, in the order in which they opened; those that passed before they fired are not among them.
  std::vector<diagnosis::Incident> Incidents() const;

  // The exit code of docs/api.md.
  int Exit(bool evaluated) const;

 private:
  std::size_t samples_ = 0, messages_ = 0;
  base::TimePoint from_{}, to_{};
  std::map<std::string, diagnosis::Incident> incidents_;  // by id
  std::vector<std::string> order_;
  bool fired_ = false;  // a warning or worse
};

// What stands in the timeline of an event: a line, below it the message; nothing where it grows before it fires. `day`
// is that of the line before; "" at first.
std::string RenderEvent(const ReplayEvent& event, std::string& day, const Terminal& terminal);

// The line that sums up.
std::string RenderTally(const ReplayTally& tally, const config::Settings& settings, const Terminal& terminal);

// docs/api.md, "timeline" and the object "replay".
base::Json ToJson(const ReplayEvent& event);
base::Json ReplayJson(const ReplayTally& tally, const diagnosis::Snapshot* last, base::Json timeline, int exit);

}  // namespace dialwatch::daemon
