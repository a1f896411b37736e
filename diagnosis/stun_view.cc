#include "diagnosis/stun_view.h"

#include <algorithm>

namespace dialwatch::diagnosis {

void StunSeries::Remember(const StunSample& sample) {
  if (!sample.mapped) return;
  if (!told.empty() && told.back().address == sample.mapped->address) {
    told.back().last = sample.at;
    return;
  }
  if (told.size() == kMostTold) told.erase(told.begin());
  told.push_back({sample.mapped->address, sample.at, sample.at});
}

int StunSeries::ChangesSince(TimePoint time) const {
  int changes = 0;
  for (std::size_t i = 1; i < told.size(); ++i) changes += told[i].first >= time ? 1 : 0;
  return changes;
}

bool StunView::IsFailing(int running) const {
  return !addresses.empty() && std::all_of(addresses.begin(), addresses.end(),
                                           [&](const auto& each) { return each.second.failures >= running; });
}

TimePoint StunView::FailingSince() const {
  TimePoint since;
  for (const auto& [address, series] : addresses) since = std::max(since, series.failing_since);
  return since;
}

const StunSample* StunView::Newest() const {
  const StunSample* newest = nullptr;
  for (const auto& [address, series] : addresses) {
    if (newest == nullptr || series.newest->at > newest->at) newest = series.newest.get();
  }
  return newest;
}

bool StunView::Works() const {
  return std::any_of(addresses.begin(), addresses.end(), [](const auto& each) {
    return each.second.failures == 0 && each.second.before && each.second.before->mapped;
  });
}

}  // namespace dialwatch::diagnosis
