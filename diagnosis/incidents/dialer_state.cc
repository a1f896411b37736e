#include "diagnosis/incidents/dialer_state.h"

#include <algorithm>

namespace dialwatch::diagnosis {
namespace {

DialerState StateBy(const Incident& incident) {
  const bool fails = incident.state == IncidentState::kFiring && incident.severity == Severity::kCritical;
  return fails ? DialerState::kFailing : DialerState::kDegraded;
}

// What flaps hits nobody while it is away.
bool IsThere(const Incident& incident) {
  return incident.state != IncidentState::kResolved && !(incident.flapping && incident.flapping->gone_since);
}

}  // namespace

std::map<std::string, DialerState> DialerStates(const Snapshot& snapshot) {
  std::map<std::string, DialerState> states;
  for (const config::Dialer& dialer : snapshot.settings->dialers) states[dialer.name] = DialerState::kUnknown;
  if (std::ranges::find(snapshot.findings, "vantage-blind", &Finding::rule) != snapshot.findings.end()) return states;
  const auto at_least = [&](const std::string& dialer, DialerState state) {
    const auto known = states.find(dialer);
    if (known != states.end()) known->second = std::max(known->second, state);
  };
  for (const Judgement& judgement : snapshot.judgements) {
    if (judgement.verdict != Verdict::kUnknown) at_least(judgement.dialer, DialerState::kOk);
  }
  for (const Incident& incident : snapshot.incidents) {
    if (!IsThere(incident)) continue;
    for (const std::string& dialer : AffectedAfter(incident.course)) at_least(dialer, StateBy(incident));
  }
  return states;
}

}  // namespace dialwatch::diagnosis
