#pragma once

#include <memory>

#include "diagnosis/snapshot.h"
#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {

// What is known of a world at its present moment.
inline Snapshot SnapshotOf(const World& world) {
  Snapshot snapshot;
  snapshot.at = world.now;
  snapshot.settings = std::make_shared<Settings>(world.settings);
  snapshot.judgements = world.Judgements();
  snapshot.findings = world.Findings();
  snapshot.picture = world.picture;
  return snapshot;
}

}  // namespace dialwatch::diagnosis
