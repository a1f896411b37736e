#pragma once

#include <map>
#include <memory>
#include <string>

#include "diagnosis/incidents/incident_book.h"
#include "diagnosis/snapshot.h"

namespace dialwatch::diagnosis {

// Samples in, Snapshots out: the Picture, the rules and the incidents held together. `run`, `check` and `replay` all
// use this one. The clock comes in as `now`. Thread safety: none; one thread owns it.
class Analyst {
 public:
  explicit Analyst(std::shared_ptr<const Settings> settings, TimePoint settled_at = {});

  void Apply(std::shared_ptr<const Settings> settings);  // after a reload; memory of what stays is kept
  void Add(const Sample& sample);
  void StartAnew(TimePoint now, TimePoint settled_at);  // see IncidentBook
  std::shared_ptr<const Snapshot> Conclude(TimePoint now);

  Picture& picture() { return picture_; }
  IncidentBook& incidents() { return incidents_; }

 private:
  // A lost packet hides a finding for a round; a gap that ends nothing (diagnosis/hold.h) is none.
  void KeepFirstSight(std::vector<Finding>& findings, TimePoint now);

  std::shared_ptr<const Settings> settings_;
  Picture picture_;
  Statistics statistics_;
  IncidentBook incidents_;
  struct Sight {
    TimePoint first, last;
    Duration hold;
  };
  std::map<std::string, Sight> sights_;  // by Finding::id
};

}  // namespace dialwatch::diagnosis
