#pragma once

#include <string>
#include <vector>

#include "alerting/message.h"

namespace dialwatch::alerting {

// What a storm's message is about. Pointers are valid for the call only.
struct StormNews {
  TimePoint start;
  bool begins = false;
  std::vector<const Incident*> fresh;  // told for the first time, worst first, as all
  std::vector<const Incident*> known;  // told before, and still there
  std::vector<const Incident*> over;
};

// "storm:20200831T130500Z"
std::string StormId(TimePoint start);

// Each critical cause stands in the summary, and by an incident among the first lines.
Message ComposeStorm(const StormNews& news, const Settings& settings, TimePoint now);

}  // namespace dialwatch::alerting
