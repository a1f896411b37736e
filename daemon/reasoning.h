#pragma once

#include <memory>
#include <vector>

#include "diagnosis/analyst.h"

namespace dialwatch::daemon {

// Samples and a clock in, snapshots out: what the daemon's analysis and `replay` share, so that both conclude the same.
// A copy goes on from where it was made. Thread safety: none.
class Reasoning {
 public:
  // A step of the clock between two conclusions, or a silence, that is no mere lateness.
  static constexpr base::Duration kJump = std::chrono::seconds(30);

  // `past`: the incidents that stood when the process ended, and those that had ended lately.
  Reasoning(std::shared_ptr<const config::Settings> settings, base::TimePoint started,
            std::vector<diagnosis::Incident> past = {});

  void Apply(std::shared_ptr<const config::Settings> settings);
  void Add(const probes::Sample& sample) { analyst_.Add(sample); }

  // From `now` on the clock counts anew: nothing is called resolved before all has been probed anew.
  void StartAnew(base::TimePoint now);

  std::shared_ptr<const diagnosis::Snapshot> Conclude(base::TimePoint now) { return analyst_.Conclude(now); }

  // What was known when the process ended, where that could not be read at once. What has been told of since is newer.
  void Recall(std::vector<diagnosis::Incident> past, base::TimePoint now);

  const config::Settings& settings() const { return *settings_; }
  diagnosis::Picture& picture() { return analyst_.picture(); }

 private:
  std::shared_ptr<const config::Settings> settings_;
  diagnosis::Analyst analyst_;
};

}  // namespace dialwatch::daemon
