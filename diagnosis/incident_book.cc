#include "diagnosis/incident_book.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <tuple>
#include <utility>

namespace dialwatch::diagnosis {
namespace {

constexpr std::string_view kBlind = "vantage-blind";

// "20200831T130500Z"
std::string Compact(TimePoint time) {
  std::string text = base::FormatRfc3339Seconds(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

TimePoint StartOf(const std::vector<Finding>& findings) {
  TimePoint start = findings.front().since;
  for (const Finding& finding : findings) start = std::min(start, finding.since);
  return start;
}

Incident NewIncident(const Cause& cause) {
  Incident incident;
  incident.key = cause.key;
  incident.cause = cause.findings.front().rule;
  incident.since = StartOf(cause.findings);
  incident.id = cause.key + ":" + Compact(incident.since);
  return incident;
}

// Takes over what the findings say now. Who was affected once stays so: the list is of the whole life.
void Renew(Incident& incident, Cause cause, std::size_t dialers) {
  std::vector<std::string> affected;
  const auto now = AffectedBy(cause);
  std::set_union(incident.affected.begin(), incident.affected.end(), now.begin(), now.end(),
                 std::back_inserter(affected));
  incident.affected = std::move(affected);
  incident.summary = Headline(cause, dialers);
  incident.advice = cause.findings.front().advice;
  incident.severity = Severity::kInfo;
  incident.eta.reset();
  for (const Finding& finding : cause.findings) {
    incident.severity = std::max(incident.severity, finding.severity);
    incident.eta = std::max(incident.eta, finding.eta);
  }
  incident.findings = std::move(cause.findings);
  incident.symptoms = std::move(cause.symptoms);
}

bool WorseThan(const Incident& a, const Incident& b) {
  const auto rank = [](const Incident& incident) {
    const int state = incident.state == IncidentState::kFiring ? 0 : incident.state == IncidentState::kPending ? 1 : 2;
    return std::tuple(state, -static_cast<int>(incident.severity));
  };
  return std::tuple(rank(a), a.since, std::string_view(a.id)) < std::tuple(rank(b), b.since, std::string_view(b.id));
}

}  // namespace

void IncidentBook::Restore(Incident incident) {
  const std::string key = incident.key;
  open_.insert_or_assign(key, Entry{std::move(incident), settled_at_, settled_at_});
}

void IncidentBook::Tell(const Settings& settings, Cause cause, TimePoint now) {
  auto entry = open_.find(cause.key);
  if (entry == open_.end()) {
    entry = open_.emplace(cause.key, Entry{NewIncident(cause), now, now}).first;
    // a finding that comes back with its old start is the same incident again, and an id stands for one state only
    std::erase_if(resolved_, [&](const Incident& past) { return past.id == entry->second.incident.id; });
  }
  entry->second.last_seen = now;
  Renew(entry->second.incident, std::move(cause), settings.dialers.size());
}

void IncidentBook::Advance(const Settings& settings, TimePoint now, bool blind) {
  for (auto next = open_.begin(); next != open_.end();) {
    const auto entry = next++;
    auto& [incident, first_seen, last_seen] = entry->second;
    const bool stands = last_seen >= now;
    if (blind && !stands) {
      last_seen = now;  // nothing is known of it; once we see again it has its time to show up
      continue;
    }
    const bool gone = !stands && now - last_seen >= settings.alerting.keep_firing_for;
    if (incident.state == IncidentState::kPending) {
      // kept while its findings come and go, as those of one bad cache among the many behind an address do
      if (gone) {
        open_.erase(entry);
      } else if (stands && now - first_seen >= settings.alerting.wait) {
        incident.state = IncidentState::kFiring;
      }
    } else if (gone && now >= settled_at_) {
      incident.state = IncidentState::kResolved;
      incident.until = last_seen;
      resolved_.push_back(std::move(incident));
      open_.erase(entry);
    }
  }
}

void IncidentBook::ForgetResolved(TimePoint now) {
  std::erase_if(resolved_, [&](const Incident& incident) { return *incident.until + kRemember < now; });
  if (resolved_.size() > kMaxRemembered) resolved_.erase(resolved_.begin(), resolved_.end() - kMaxRemembered);
}

std::vector<Incident> IncidentBook::Update(const std::vector<Finding>& findings, const Settings& settings,
                                           TimePoint now) {
  for (Cause& cause : Correlate(findings)) Tell(settings, std::move(cause), now);
  const bool blind =
      std::any_of(findings.begin(), findings.end(), [](const auto& each) { return each.rule == kBlind; });
  Advance(settings, now, blind);
  ForgetResolved(now);
  std::vector<Incident> all = resolved_;
  for (const auto& [key, entry] : open_) all.push_back(entry.incident);
  std::sort(all.begin(), all.end(), WorseThan);
  return all;
}

}  // namespace dialwatch::diagnosis
