#include "diagnosis/analyst.h"

#include <algorithm>
#include <utility>

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

Analyst::Analyst(std::shared_ptr<const Settings> settings, TimePoint settled_at)
    : settings_(std::move(settings)), incidents_(settled_at) {}

void Analyst::Apply(std::shared_ptr<const Settings> settings) {
  settings_ = std::move(settings);
  statistics_.Retain(*settings_);
}

void Analyst::Add(const Sample& sample) {
  picture_.Add(sample);
  statistics_.Add(sample);
}

std::shared_ptr<const Snapshot> Analyst::Conclude(TimePoint now) {
  picture_.Retain(*settings_, now);
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->at = now;
  snapshot->settings = settings_;
  snapshot->judgements = Judge(picture_, *settings_);
  snapshot->findings = RunRules({picture_, *settings_, snapshot->judgements, now});
  KeepFirstSight(snapshot->findings);
  snapshot->incidents = incidents_.Update(snapshot->findings, *settings_, now);
  snapshot->picture = picture_;
  snapshot->statistics = statistics_;
  return snapshot;
}

void Analyst::KeepFirstSight(std::vector<Finding>& findings) {
  const bool blind = findings.size() == 1 && findings.front().rule == "vantage-blind";
  std::map<std::string, TimePoint> seen;
  if (blind) seen = first_seen_;  // what is unknown is not over
  for (Finding& finding : findings) {
    const auto known = first_seen_.find(finding.id);
    if (known != first_seen_.end()) finding.since = std::min(finding.since, known->second);
    seen[finding.id] = finding.since;
  }
  first_seen_ = std::move(seen);
}

}  // namespace dialwatch::diagnosis
