#pragma once

#include <map>
#include <optional>
#include <string>

#include "diagnosis/causes/correlation.h"

namespace dialwatch::diagnosis {

// What causes have explained, and may leave behind when they are gone: copies run out one by one, the next train is due
// in a minute. It stays with the incident that told of it; else mending would open new ones. Thread safety: none.
class Aftermath {
 public:
  // So long after its cause was last there something still counts as left of it, or as long as it says itself (`eta`).
  static constexpr Duration kLasts = std::chrono::hours(1);

  void Note(const Cause& cause, TimePoint now);

  // The key of the cause of which this one is left: some of its findings were explained by that, and lately.
  std::optional<std::string> OriginOf(const Cause& cause, TimePoint now) const;

  // The incident of this cause is over.
  void Forget(const std::string& key);

 private:
  struct Symptom {
    std::string of;  // the key of the cause
    TimePoint explained;
  };
  std::map<std::string, Symptom> symptoms_;  // by Finding::id
};

}  // namespace dialwatch::diagnosis
