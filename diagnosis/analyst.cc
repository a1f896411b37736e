#include "diagnosis/analyst.h"

#include <algorithm>
#include <utility>

#include "diagnosis/hold.h"
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

void Analyst::StartAnew(TimePoint now, TimePoint settled_at) {
  incidents_.StartAnew(now, settled_at);
  for (auto& [id, sight] : sights_) {
    sight.first = std::min(sight.first, now);
    sight.last = std::min(sight.last, now);
  }
}

std::shared_ptr<const Snapshot> Analyst::Conclude(TimePoint now) {
  picture_.Retain(*settings_, now);
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->at = now;
  snapshot->settings = settings_;
  snapshot->judgements = Judge(picture_, *settings_);
  const auto mappings = JudgeMappings(picture_, *settings_);
  snapshot->stun = JudgeStun(picture_, *settings_, mappings);
  snapshot->findings = RunRules({picture_, *settings_, snapshot->judgements, mappings, now});
  KeepFirstSight(snapshot->findings, now);
  snapshot->incidents = incidents_.Update(snapshot->findings, *settings_, now);
  snapshot->picture = picture_;
  snapshot->statistics = statistics_;
  return snapshot;
}

void Analyst::KeepFirstSight(std::vector<Finding>& findings, TimePoint now) {
  const bool blind = std::ranges::find(findings, "vantage-blind", &Finding::rule) != findings.end();
  if (blind) {
    for (auto& [id, sight] : sights_) sight.last = now;  // what is unknown is not over
  }
  for (Finding& finding : findings) {
    auto& [first, last, hold] =
        sights_.try_emplace(finding.id, Sight{finding.since, now, HeldFor(*settings_, finding.rule)}).first->second;
    finding.since = std::min({finding.since, first, now});
    last = now;
  }
  std::erase_if(sights_, [&](const auto& sight) {
    return sight.second.last < now && now - sight.second.last >= sight.second.hold;
  });
}

}  // namespace dialwatch::diagnosis
