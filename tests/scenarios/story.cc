#include "tests/scenarios/story.h"

#include <algorithm>

#include "alerting/plain_text.h"
#include "base/names.h"

namespace dialwatch::scenarios {
namespace {

using Kind = daemon::ReplayEvent::Kind;

void Learn(Story& story, const diagnosis::Incident& incident) {
  story.severity = std::max(story.severity, incident.severity);
  story.affected = std::max(story.affected, incident.affected.size());
  for (const auto* findings : {&incident.findings, &incident.symptoms}) {
    for (const diagnosis::Finding& finding : *findings) {
      story.rules.insert(finding.rule);
      if (finding.evidence.empty()) story.bare.insert(finding.id);
    }
  }
}

}  // namespace

void Stories::Take(const daemon::ReplayEvent& event) {
  const auto& incident = event.incident;
  if (event.kind == Kind::kMessage) ++messages_;
  if (incident.id.starts_with("storm:")) return TakeStorm(event);
  const auto [place, first] = by_id_.emplace(incident.id, stories_.size());
  if (first) {
    stories_.push_back({.id = incident.id, .opened = event.at});
  }
  Story& story = stories_[place->second];
  Learn(story, incident);
  Naming& name = story.names.try_emplace(incident.key, Naming{event.at}).first->second;
  if (event.kind == Kind::kFiring && !story.fired) {
    story.fired = event.at;
    story.confidence = base::NameOf(incident.confidence.level);
  }
  if (event.kind == Kind::kResolved || event.kind == Kind::kGone) story.over = event.at;
  if (event.kind != Kind::kMessage) return;
  name.told = name.told.value_or(event.at);
  story.messages.push_back(alerting::RenderPlain(event.message));
}

// It tells all that is there and has not been told.
void Stories::TakeStorm(const daemon::ReplayEvent& event) {
  for (Story& story : stories_) {
    if (!story.fired || story.over) continue;
    for (auto& [key, name] : story.names) name.told = name.told.value_or(event.at);
    story.messages.push_back(alerting::RenderPlain(event.message));
  }
}

}  // namespace dialwatch::scenarios
