#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/time.h"
#include "config/settings.h"
#include "probes/sample.h"

namespace dialwatch::diagnosis {

using base::TimePoint;

// One [[ice_config]]. A location that fails tells nothing new, so what it told last still holds.
struct IceConfigSeries {
  std::shared_ptr<const probes::IceConfigSample> newest;
  std::shared_ptr<const probes::IceConfigSample> read;  // the newest that was read whole; null: none was
  int failures = 0;                                     // samples since then
  TimePoint failing_since;                              // of the first of these

  // Where its servers are to be looked for; what is read in part for long is the best there is.
  const probes::IceConfigSample& told() const {
    const bool lasts = failures > 1 && newest->outcome == probes::IceConfigOutcome::kIncomplete;
    return read && !lasts ? *read : *newest;
  }
};

// What is held against the policy: which servers clients are told to use, and whom this machine itself asks for names.
struct PolicyView {
  std::map<std::string, IceConfigSeries> ice_configs;             // by location
  std::shared_ptr<const probes::ResolvConfSample> own_resolvers;  // null: not looked at

  void Add(const std::shared_ptr<const probes::IceConfigSample>& sample);
  void Add(const std::shared_ptr<const probes::ResolvConfSample>& sample) { own_resolvers = sample; }

  // Forgets what `settings` no longer has, and what has been silent since before `silent`.
  void Retain(const config::Settings& settings, TimePoint silent);
};

}  // namespace dialwatch::diagnosis
