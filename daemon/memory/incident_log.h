#pragma once

#include <map>
#include <string>

#include "diagnosis/snapshot.h"

namespace dialwatch::daemon {

// Writes a line to the log when an incident begins, fires or ends. Thread safety: none.
class IncidentLog {
 public:
  void Note(const diagnosis::Snapshot& snapshot);

 private:
  std::map<std::string, diagnosis::IncidentState> known_;  // by incident id
};

}  // namespace dialwatch::daemon
