#pragma once

#include <string>
#include <vector>

#include "alerting/telling.h"

namespace dialwatch::alerting {

// One storm as it is for one receiver: what its next message is about. Pointers are valid as long as the tellings.
struct Storm {
  TimePoint start;
  std::vector<Telling*> fresh = {};  // told for the first time
  std::vector<Telling*> known = {};  // told with it before, and still there
  std::vector<Telling*> over = {};   // likewise, and resolved
  TimePoint told_at = {};            // its last message
  TimePoint grew_at = {};            // the last that was added to it

  bool begins() const { return known.empty() && over.empty(); }
};

// "storm:20200831T130500Z"
std::string StormId(TimePoint start);

// Each cause is a line with the names of its incidents, the worst first; ends have lines of their own, which nothing
// takes from them.
Message ComposeStorm(const Storm& storm, const Settings& settings, TimePoint now);

}  // namespace dialwatch::alerting
