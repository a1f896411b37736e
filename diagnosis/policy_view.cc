#include "diagnosis/policy_view.h"

#include <algorithm>

namespace dialwatch::diagnosis {

void PolicyView::Add(const std::shared_ptr<const probes::IceConfigSample>& sample) {
  IceConfigSeries& series = ice_configs[sample->location];
  series.newest = sample;
  if (sample->outcome == probes::IceConfigOutcome::kRead) {
    series.read = sample;
    series.failures = 0;
  } else if (++series.failures == 1) {
    series.failing_since = sample->at;
  }
}

void PolicyView::Retain(const config::Settings& settings, TimePoint silent) {
  std::erase_if(ice_configs, [&](const auto& entry) {
    const auto& newest = *entry.second.newest;
    return newest.at < silent || std::ranges::none_of(settings.ice_configs, [&](const config::IceConfig& config) {
             return config.location == newest.location && config.kind == newest.kind;
           });
  });
  const bool wanted = !settings.policy.allowed_resolvers.empty();
  if (own_resolvers && (!wanted || own_resolvers->at < silent)) own_resolvers = nullptr;
}

}  // namespace dialwatch::diagnosis
