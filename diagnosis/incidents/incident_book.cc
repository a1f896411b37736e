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
#include "diagnosis/hold.h"

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

// What an incident of many says once it is over: of all that it hit, and not of the last that was left.
void TellAll(Incident& incident, std::size_t dialers) {
  if (incident.affected.size() < 2) return;
  if (std::string all = Epilogue(incident.cause, AboutOf(incident.key), incident.affected, dialers); !all.empty()) {
    incident.summary = std::move(all);
    incident.title = Title(incident.cause, AboutOf(incident.key), incident.affected, dialers);
  }
}

// The clock was set back to `now`: nothing was later.
void Rewind(Incident& incident, TimePoint now) {
  incident.since = std::min(incident.since, now);
  incident.peak.at = std::min(incident.peak.at, now);
  if (incident.until) incident.until = std::min(*incident.until, now);
  if (incident.flapping && incident.flapping->gone_since) {
    incident.flapping->gone_since = std::min(*incident.flapping->gone_since, now);
  }
  Rewind(incident.course, now);
}

using Ids = std::set<std::string_view>;

Ids SymptomsOf(std::span<const Cause> causes) {
  Ids ids;
  for (const Cause& cause : causes) {
    for (const Finding& symptom : cause.symptoms) ids.insert(symptom.id);
  }
  return ids;
}

// All that the incident is made of follows from something else.
bool IsExplained(const Incident& incident, const Ids& by) {
  return incident.state == IncidentState::kFiring &&
         std::ranges::all_of(incident.findings, [&](const Finding& each) { return by.contains(each.id); });
}

bool WorseThan(const Incident& a, const Incident& b) {
  const auto rank = [](const Incident& incident) {
    const int state = incident.state == IncidentState::kFiring ? 0 : incident.state == IncidentState::kPending ? 1 : 2;
    return std::tuple(state, -static_cast<int>(incident.severity));
  };
  return std::tuple(rank(a), a.since, std::string_view(a.id)) < std::tuple(rank(b), b.since, std::string_view(b.id));
}

}  // namespace

void IncidentBook::StartAnew(TimePoint now, TimePoint settled_at) {
  settled_at_ = settled_at;
  const Duration step = updated_ ? now - *updated_ : Duration();
  for (auto& [key, entry] : open_) {
    if (entry.incident.state == IncidentState::kPending) entry.first_seen += step;
    for (TimePoint* time : {&entry.first_seen, &entry.came, &entry.last_seen}) *time = std::min(*time, now);
    entry.affected.Rewind(now);
    entry.told.Rewind(now);
    Rewind(entry.incident, now);
  }
  for (auto& [key, comings] : comings_) {
    for (TimePoint& coming : comings) coming = std::min(coming, now);
  }
  for (Incident& incident : resolved_) Rewind(incident, now);
  updated_ = now;
}

void IncidentBook::Restore(Incident incident) {
  if (std::ranges::count(resolved_, incident.id, &Incident::id) > 0) return;  // it has ended since
  if (IsTaken(incident.id, incident.key)) return;                             // it has gone over to another cause since
  const auto known = open_.find(incident.key);
  const bool goes_on = known != open_.end() && known->second.incident.id == incident.id;
  if (goes_on && (Fires(incident.key) || incident.state == IncidentState::kResolved)) return;
  RecallComings(incident);
  if (incident.state == IncidentState::kResolved) {
    const auto later = std::ranges::upper_bound(resolved_, incident.until, {}, &Incident::until);
    resolved_.insert(later, std::move(incident));
    return;
  }
  const std::string key = incident.key;
  Presence affected(AffectedAfter(incident.course), settled_at_);
  Aftermath told;
  if (known != open_.end()) told = std::move(known->second.told);
  told.Note(incident.findings, settled_at_);
  told.Note(incident.symptoms, settled_at_);
  open_.insert_or_assign(
      key, Entry{std::move(incident), settled_at_, settled_at_, settled_at_, std::move(affected), std::move(told)});
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

Aftermaths IncidentBook::Told() const {
  Aftermaths told;
  for (const auto& [key, entry] : open_) {
    if (entry.incident.state == IncidentState::kFiring) told.emplace(key, &entry.told);
  }
  return told;
}

bool IncidentBook::FiresNow(const Cause& cause, const Settings& settings, TimePoint now) const {
  const auto entry = open_.find(cause.key);
  const TimePoint first = entry == open_.end() ? now : entry->second.first_seen;
  return !Fires(cause.key) && now - first >= settings.alerting.wait;
}

// The eldest incident that follows from this cause goes on as the cause's own, which would fire now beside it. Gives
// whether there is one.
bool IncidentBook::TakeOver(const Cause& cause, TimePoint now) {
  Ids explained = SymptomsOf({&cause, 1});
  explained.insert(cause.would_explain.begin(), cause.would_explain.end());
  auto eldest = open_.end();
  for (auto each = open_.begin(); each != open_.end(); ++each) {
    if (!IsExplained(each->second.incident, explained)) continue;
    if (eldest == open_.end() || each->second.incident.since < eldest->second.incident.since) eldest = each;
  }
  if (eldest == open_.end()) return false;
  auto entry = open_.extract(eldest);
  Incident& incident = entry.mapped().incident;
  entry.key() = incident.key = cause.key;
  incident.cause = cause.findings.front().rule;
  incident.findings = cause.findings;
  // what it is now began with the cause, and hits those who are hit now; who was hit before is in its course
  incident.since = StartOf(cause.findings);
  incident.affected = AffectedAfter(incident.course);
  incident.peak = {now, incident.affected.size()};
  open_.erase(cause.key);
  open_.insert(std::move(entry));
  return true;
}

// What others explain now is not over, nor what will be theirs once they fire.
void IncidentBook::KeepExplained(const std::vector<Cause>& causes, TimePoint now) {
  Ids explained = SymptomsOf(causes);
  for (const Cause& cause : causes) {
    if (!Fires(cause.key)) explained.insert(cause.would_explain.begin(), cause.would_explain.end());
  }
  for (auto& [key, entry] : open_) {
    if (!IsExplained(entry.incident, explained)) continue;
    entry.last_seen = now;
    entry.affected.Keep(now);
  }
}

bool IncidentBook::Fires(const std::string& key) const {
  const auto entry = open_.find(key);
  return entry != open_.end() && entry->second.incident.state == IncidentState::kFiring;
}

bool IncidentBook::IsTaken(const std::string& id, const std::string& key) const {
  const auto by_another = [&](const Incident& incident) { return incident.id == id && incident.key != key; };
  return std::ranges::any_of(open_, [&](const auto& entry) { return by_another(entry.second.incident); }) ||
         std::ranges::any_of(resolved_, by_another);
}

void IncidentBook::Tell(const Settings& settings, Cause cause, TimePoint now) {
  auto entry = open_.find(cause.key);
  if (entry == open_.end()) {
    Incident incident = NewIncident(cause);
    // one that a cause has taken over may still have this start in its id
    for (TimePoint at = now; IsTaken(incident.id, cause.key); at += std::chrono::seconds(1)) {
      incident.id = cause.key + ":" + CompactTime(at);
    }
    entry = open_.emplace(cause.key, Entry{std::move(incident), now, now, now, {}, {}}).first;
    // a finding that comes back with its old start is the same incident again, and an id stands for one state only
    std::erase_if(resolved_, [&](const Incident& past) { return past.id == entry->second.incident.id; });
  }
  auto& [incident, first_seen, came, last_seen, present, told] = entry->second;
  if (cause.is_over) {
    cause.findings = incident.findings;
  } else {
    told.Note(cause.findings, now);
  }
  told.Note(cause.symptoms, now);
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

// Once we see again it has its time to show up; but what it had to stand for it has not stood for, nor has what flaps
// come back.
void IncidentBook::StayUnknown(Entry& entry, TimePoint now) const {
  const Duration unknown = now - updated_.value_or(now);
  if (entry.incident.state == IncidentState::kPending) entry.first_seen += unknown;
  const bool away = entry.incident.flapping && entry.incident.flapping->gone_since;
  entry.last_seen = away ? entry.last_seen + unknown : now;
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
    StayUnknown(entry, now);
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
  std::vector<Cause> causes = Correlate(findings, settings, Told(), now);
  bool renamed = false;
  for (const Cause& cause : causes) renamed |= FiresNow(cause, settings, now) && TakeOver(cause, now);
  if (renamed) causes = Correlate(findings, settings, Told(), now);  // what is left of one that is the cause's now
  KeepExplained(causes, now);
  for (Cause& cause : causes) Tell(settings, std::move(cause), now);
  const bool blind =
      std::any_of(findings.begin(), findings.end(), [](const auto& each) { return each.rule == kBlind; });
  Advance(settings, now, blind);
  updated_ = now;
  Forget(now);
  std::vector<Incident> all = resolved_;
  for (const auto& [key, entry] : open_) all.push_back(entry.incident);
  std::sort(all.begin(), all.end(), WorseThan);
  return all;
}

}  // namespace dialwatch::diagnosis
