#include "diagnosis/incidents/incident_book.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/natural_order.h"
#include "diagnosis/causes/cause_evidence.h"
#include "diagnosis/causes/headline.h"
#include "diagnosis/incidents/hold.h"

namespace dialwatch::diagnosis {
namespace {

constexpr std::string_view kBlind = "vantage-blind";

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
  incident.id = cause.key + ":" + CompactTime(incident.since);
  return incident;
}

// Takes over what the findings say now. Who was affected once stays so: the list is of the whole life.
void Renew(Incident& incident, Cause cause, const std::vector<std::string>& affected, const Settings& settings) {
  std::ranges::copy(affected, std::back_inserter(incident.affected));
  base::SortNames(incident.affected);
  incident.title = Title(cause, incident.affected, settings.dialers.size());
  incident.summary = Headline(cause, settings.dialers.size());
  incident.evidence = EvidenceOf(cause);
  incident.confidence = Weigh(cause, settings);
  const std::vector<Finding>& standing = cause.is_over ? cause.symptoms : cause.findings;
  incident.advice = standing.front().advice;
  incident.severity = Severity::kInfo;
  incident.eta.reset();
  for (const Finding& finding : standing) {
    incident.severity = std::max(incident.severity, finding.severity);
    incident.eta = std::max(incident.eta, finding.eta);
  }
  incident.findings = std::move(cause.findings);
  incident.symptoms = std::move(cause.symptoms);
}

std::string AboutOf(const Incident& incident) {
  return incident.key.substr(std::min(incident.cause.size() + 1, incident.key.size()));
}

// What an incident of many says once it is over: of all that it hit, and not of the last that was left.
void TellAll(Incident& incident, std::size_t dialers) {
  if (incident.affected.size() < 2) return;
  if (std::string all = Epilogue(incident.cause, AboutOf(incident), incident.affected, dialers); !all.empty()) {
    incident.summary = std::move(all);
    incident.title = Title(incident.cause, AboutOf(incident), incident.affected, dialers);
  }
}

std::set<std::string_view> SymptomsOf(std::span<const Cause> causes) {
  std::set<std::string_view> ids;
  for (const Cause& cause : causes) {
    for (const Finding& symptom : cause.symptoms) ids.insert(symptom.id);
  }
  return ids;
}

// All that the incident is made of follows from something else.
bool IsExplained(const Incident& incident, const std::set<std::string_view>& symptoms) {
  return incident.state == IncidentState::kFiring &&
         std::ranges::all_of(incident.findings, [&](const Finding& each) { return symptoms.contains(each.id); });
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
  RecallComings(incident);
  if (incident.state == IncidentState::kResolved) {
    const auto later = std::ranges::upper_bound(resolved_, incident.until, {}, &Incident::until);
    resolved_.insert(later, std::move(incident));
    return;
  }
  const std::string key = incident.key;
  Presence affected(AffectedAfter(incident.course), settled_at_);
  open_.insert_or_assign(key, Entry{std::move(incident), settled_at_, settled_at_, settled_at_, std::move(affected)});
}

// What an older version has kept knows of one only.
void IncidentBook::RecallComings(const Incident& incident) {
  auto& comings = comings_[incident.key];
  const std::vector<TimePoint> known = incident.comings.empty() ? std::vector{incident.since} : incident.comings;
  comings.insert(comings.end(), known.begin(), known.end());
  std::ranges::sort(comings);
  comings.erase(std::unique(comings.begin(), comings.end()), comings.end());
  if (comings.size() > kFlapTimes) comings.erase(comings.begin(), comings.end() - kFlapTimes);
}

// What is left of a cause that is gone goes to the incident which told of it.
std::vector<Cause> IncidentBook::Rejoin(std::vector<Cause> causes, TimePoint now) const {
  std::vector<Cause> joined;
  std::vector<std::pair<std::string, Cause>> left;
  for (Cause& cause : causes) {
    const auto origin = open_.contains(cause.key) ? std::nullopt : aftermath_.OriginOf(cause, now);
    const auto entry = origin ? open_.find(*origin) : open_.end();
    if (entry == open_.end() || entry->second.incident.state != IncidentState::kFiring) {
      joined.push_back(std::move(cause));
    } else {
      left.emplace_back(*origin, std::move(cause));
    }
  }
  for (auto& [key, cause] : left) {
    auto own = std::ranges::find(joined, key, &Cause::key);
    if (own == joined.end()) {
      const Incident& incident = open_.at(key).incident;
      own = joined.insert(own, {key, AboutOf(incident), incident.findings, {}, true});
    }
    std::ranges::move(cause.findings, std::back_inserter(own->symptoms));
    std::ranges::move(cause.symptoms, std::back_inserter(own->symptoms));
  }
  return joined;
}

// The eldest incident that follows from a cause which came to light behind it goes on as that cause's.
void IncidentBook::TakeOver(const Cause& cause) {
  const auto symptoms = SymptomsOf({&cause, 1});
  auto eldest = open_.end();
  for (auto each = open_.begin(); each != open_.end(); ++each) {
    if (!IsExplained(each->second.incident, symptoms)) continue;
    if (eldest == open_.end() || each->second.incident.since < eldest->second.incident.since) eldest = each;
  }
  if (eldest == open_.end()) return;
  auto entry = open_.extract(eldest);
  aftermath_.Forget(entry.key());
  entry.key() = entry.mapped().incident.key = cause.key;
  entry.mapped().incident.cause = cause.findings.front().rule;
  open_.insert(std::move(entry));
}

// What others explain now is not over.
void IncidentBook::KeepExplained(const std::vector<Cause>& causes, TimePoint now) {
  const auto symptoms = SymptomsOf(causes);
  for (auto& [key, entry] : open_) {
    if (IsExplained(entry.incident, symptoms)) entry.last_seen = now;
  }
}

void IncidentBook::Tell(const Settings& settings, Cause cause, TimePoint now) {
  if (!open_.contains(cause.key)) TakeOver(cause);
  if (!cause.is_over) aftermath_.Note(cause, now);
  auto entry = open_.find(cause.key);
  if (entry == open_.end()) {
    entry = open_.emplace(cause.key, Entry{NewIncident(cause), now, now, now, {}}).first;
    // a finding that comes back with its old start is the same incident again, and an id stands for one state only
    std::erase_if(resolved_, [&](const Incident& past) { return past.id == entry->second.incident.id; });
  }
  auto& [incident, first_seen, came, last_seen, present] = entry->second;
  if (incident.flapping && std::exchange(incident.flapping->gone_since, {})) {
    ++incident.flapping->times;
    came = now;
    NoteComing(entry->second, now);
  }
  last_seen = now;
  const std::vector<std::string> affected = AffectedBy(cause);
  Renew(incident, std::move(cause), affected, settings);
  if (auto newly = present.See(affected, now); !newly.empty()) {
    Enter(incident.course, {now, std::move(newly), {}});
    if (present.size() > incident.peak.dialers) incident.peak = {now, present.size()};
  }
}

// One who has gone counts as gone since he was last there.
void IncidentBook::FollowAffected(Entry& entry, const Settings& settings, TimePoint now, bool blind) const {
  if (blind) entry.affected.Keep(now);
  if (now < settled_at_) return;
  for (auto& [at, went] : entry.affected.TakeGone(now, HeldFor(settings, entry.incident.cause))) {
    Enter(entry.incident.course, {at, {}, std::move(went)});
  }
}

void IncidentBook::NoteComing(Entry& entry, TimePoint at) {
  auto& comings = comings_[entry.incident.key];
  std::erase_if(comings, [&](TimePoint coming) { return coming + kFlapWindow < at; });
  comings.push_back(at);
  if (comings.size() > kFlapTimes) comings.erase(comings.begin());
  entry.incident.comings = comings;
  if (comings.size() == kFlapTimes && !entry.incident.flapping) {
    entry.incident.flapping = Flapping{kFlapTimes, comings.front(), {}};
  }
}

// Gives whether it is over.
bool IncidentBook::LeadOn(Entry& entry, const Settings& settings, TimePoint now, bool blind) {
  FollowAffected(entry, settings, now, blind);
  Incident& incident = entry.incident;
  if (entry.last_seen >= now) {
    if (incident.state == IncidentState::kPending && now - entry.first_seen >= settings.alerting.wait) {
      incident.state = IncidentState::kFiring;
      NoteComing(entry, entry.first_seen);
    }
    if (now - entry.came >= kFlapWindow) incident.flapping.reset();  // by now it is one that stays
    return false;
  }
  if (blind) {
    entry.last_seen = now;  // nothing is known of it; once we see again it has its time to show up
    return false;
  }
  const Duration away = now - entry.last_seen, hold = HeldFor(settings, incident.cause);
  if (away < hold) return false;  // its findings come and go, as those of one bad cache among the many at an address do
  if (incident.state == IncidentState::kPending) return true;
  if (now < settled_at_) return false;
  if (!incident.flapping) return true;
  if (!incident.flapping->gone_since) incident.flapping->gone_since = entry.last_seen;
  return away >= std::max(hold, kFlapQuiet);
}

void IncidentBook::Advance(const Settings& settings, TimePoint now, bool blind) {
  for (auto next = open_.begin(); next != open_.end();) {
    const auto each = next++;
    if (!LeadOn(each->second, settings, now, blind)) continue;
    Incident& incident = each->second.incident;
    if (incident.state == IncidentState::kFiring) {
      incident.state = IncidentState::kResolved;
      incident.until = each->second.last_seen;
      if (incident.flapping) incident.flapping->gone_since.reset();
      TellAll(incident, settings.dialers.size());
      resolved_.push_back(std::move(incident));
    }
    aftermath_.Forget(each->first);
    open_.erase(each);
  }
}

void IncidentBook::Forget(TimePoint now) {
  std::erase_if(comings_, [&](const auto& comings) { return comings.second.back() + kFlapWindow < now; });
  std::erase_if(resolved_, [&](const Incident& incident) { return *incident.until + kRemember < now; });
  if (resolved_.size() > kMaxRemembered) resolved_.erase(resolved_.begin(), resolved_.end() - kMaxRemembered);
}

std::vector<Incident> IncidentBook::Update(const std::vector<Finding>& findings, const Settings& settings,
                                           TimePoint now) {
  std::vector<Cause> causes = Rejoin(Correlate(findings, settings), now);
  KeepExplained(causes, now);
  for (Cause& cause : causes) Tell(settings, std::move(cause), now);
  const bool blind =
      std::any_of(findings.begin(), findings.end(), [](const auto& each) { return each.rule == kBlind; });
  Advance(settings, now, blind);
  Forget(now);
  std::vector<Incident> all = resolved_;
  for (const auto& [key, entry] : open_) all.push_back(entry.incident);
  std::sort(all.begin(), all.end(), WorseThan);
  return all;
}

}  // namespace dialwatch::diagnosis
