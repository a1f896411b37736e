#include "diagnosis/stun/view.h"

#include <algorithm>

#include "diagnosis/late.h"

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

void StunRounds::Add(const StunSample& sample) {
  if (sample.round != newest || at == TimePoint()) {
    if (IsLate(sample.at, at)) return;
    before = failures;
    newest = sample.round;
    mapped = false;
    if (before == 0) failing_since = sample.at;
  }
  at = sample.at;
  mapped = mapped || sample.mapped;
  failures = mapped ? 0 : before + 1;
}

void StunView::Remember(const StunSample& sample) {
  rounds.Add(sample);
  for (const std::string& resolver : sample.resolved_via)
    through[{resolver, sample.address.address.is_v6()}].Add(sample);
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
