#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/recording/replayer.h"

namespace dialwatch::scenarios {

using base::TimePoint;

// That an incident goes by this key.
struct Naming {
  TimePoint since;
  std::optional<TimePoint> told = {};
};

// What became of one incident, and what was told of it.
struct Story {
  std::string id;
  std::map<std::string, Naming> names = {};  // by Incident::key; another one where its cause comes to light later
  config::Severity severity{};               // the worst
  std::size_t affected = 0;                  // the most
  TimePoint opened;
  std::optional<TimePoint> fired = {}, over = {};  // `over` is when it was seen to be
  std::string confidence = {};                     // as it fired
  std::set<std::string> rules = {};                // of its findings and symptoms, over time
  std::set<std::string> bare = {};                 // findings that came without evidence
  std::vector<std::string> messages = {};          // as plain text
};

// Puts the stories together from the events of a replay. Thread safety: none.
class Stories {
 public:
  void Take(const daemon::ReplayEvent& event);

  const std::vector<Story>& all() const { return stories_; }
  std::size_t messages() const { return messages_; }

 private:
  void TakeStorm(const daemon::ReplayEvent& event);

  std::vector<Story> stories_;  // by their start
  std::map<std::string, std::size_t> by_id_;
  std::size_t messages_ = 0;
};

}  // namespace dialwatch::scenarios
