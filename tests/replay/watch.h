#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/recording/replayer.h"
#include "tests/replay/story_2020.h"

namespace dialwatch::replay {

// What dialwatch makes of a story.
struct Watched {
  static constexpr Duration kStep = std::chrono::minutes(5);

  struct Moment {
    TimePoint at;
    std::vector<std::string> wrong;         // dialers that a resolver is said to be wrong about
    std::map<std::string, TimePoint> etas;  // of these, by dialer
    std::vector<std::string> open;          // causes of the open incidents
  };

  std::vector<daemon::ReplayEvent> events;
  std::vector<Moment> moments;                   // one each kStep
  std::map<std::string, TimePoint> first_wrong;  // by dialer: the first sample that led elsewhere
  std::size_t samples = 0;

  // The first event of the kind about an incident of the cause; null: none.
  const daemon::ReplayEvent* First(daemon::ReplayEvent::Kind kind, const std::string& cause) const;
  std::set<std::string> Causes(daemon::ReplayEvent::Kind kind) const;
};
Watched Watch(Story story);

}  // namespace dialwatch::replay
