#pragma once

#include <map>
#include <string>
#include <vector>

#include "diagnosis/finding.h"

namespace dialwatch::diagnosis {

// A finding as it was last.
struct Past {
  Finding finding;                            // what it is explained by and explains, not what it says
  TimePoint last;                             // when that was
  std::map<std::string, TimePoint> affected;  // and who was affected when, as dialers come and go by themselves
};

// What an incident has told of: its causes, and what followed from them. Thread safety: none.
class Aftermath {
 public:
  // So long after its cause was last there something still counts as left of it, or as long as it says itself (`eta`).
  static constexpr Duration kLasts = std::chrono::hours(1);

  void Note(const std::vector<Finding>& findings, TimePoint now);

  // The clock was set back to `now`: nothing was there later.
  void Rewind(TimePoint now);

  const std::map<std::string, Past>& past() const { return past_; }  // by Finding::id

 private:
  std::map<std::string, Past> past_;
};

// What has been told of, by the key of the incident.
using Aftermaths = std::map<std::string, const Aftermath*>;

// Whether `finding` may follow from what was there last at `last`: it began before that was over. Copies run out one by
// one, and the next train is due in a minute; but what begins when all is well again has another reason. What is
// critical must have been there while its cause was: a copy that comes to light as the authority is right again is what
// somebody has to flush.
bool MayBeLeft(const Finding& finding, TimePoint last, const Settings& settings, TimePoint now);

}  // namespace dialwatch::diagnosis
