#include "diagnosis/causes/explainer.h"

#include <algorithm>

#include "base/natural_order.h"
#include "diagnosis/hold.h"

namespace dialwatch::diagnosis {
namespace {

// Who looks every minute sees within two what began with its cause; and one may be lost.
constexpr int kOnsetTurns = 3;

bool IsByDialer(Scope scope) {
  return scope == Scope::kDialer || scope == Scope::kDialerAndResolver;
}

// How audio and calls fare: trains and calls go where a name leads as soon as it does, while copies run out one by one.
bool IsOfMedia(const Finding& finding) {
  return finding.rule.starts_with("rtp-") || finding.rule.starts_with("call-");
}

// Whom it has seen to fail, where it is not about one of them.
std::string_view WitnessOf(const Finding& finding) {
  const auto bad = std::ranges::find_if(finding.evidence,
                                        [](const EvidenceRow& row) { return row.via && row.stance == Stance::kBad; });
  return bad == finding.evidence.end() ? std::string_view() : bad->via->name;
}

// What a finding is about, of the parts that `scope` looks at beside the dialer.
std::string_view PlaceOf(Scope scope, const Finding& finding) {
  const Subject& subject = finding.subject;
  switch (scope) {
    case Scope::kDialer:
      return "";
    case Scope::kResolver:
    case Scope::kDialerAndResolver:
      return subject.resolver;
    case Scope::kZone:
      return subject.authority;
    case Scope::kServer:
      return subject.server;
    case Scope::kWitness:
      if (!subject.resolver.empty()) return subject.resolver;
      return subject.authority.empty() ? WitnessOf(finding) : subject.authority;
  }
  return "";
}

// By which places a cause of this row is known.
template <typename Keep>
void ForPlaces(const Explanation& row, const Finding& finding, Keep keep) {
  if (row.scope != Scope::kWitness) return keep(PlaceOf(row.scope, finding));
  for (const EvidenceRow& each : finding.evidence) {
    if (each.via && each.stance == Stance::kBad) keep(std::string_view(each.via->name));
  }
}

}  // namespace

bool ComesBefore(const Finding& a, const Finding& b) {
  if (a.severity != b.severity) return a.severity > b.severity;
  if (a.since != b.since) return a.since < b.since;
  return base::NaturalLess(a.id, b.id);
}

Explainer::Explainer(const std::vector<Finding>& standing, const Aftermaths& aftermaths, const Settings& settings,
                     TimePoint now)
    : settings_(settings), now_(now) {
  for (const Finding& finding : standing) {
    by_id_.emplace(finding.id, &finding);
    Learn({&finding, now, nullptr}, nullptr, standing_);
    for (const std::string& dialer : finding.affected) Learn({&finding, now, nullptr}, &dialer, standing_);
  }
  for (const auto& [key, aftermath] : aftermaths) {
    for (const auto& [id, past] : aftermath->past()) LearnPast(key, past);
  }
}

// What stands is known by itself, but for the dialers who are gone from it.
void Explainer::LearnPast(const std::string& key, const Past& past) {
  const auto standing = by_id_.find(past.finding.id);
  const Finding* const now = standing == by_id_.end() ? nullptr : standing->second;
  if (now == nullptr) Learn({&past.finding, past.last, &key}, nullptr, gone_);
  for (const auto& [dialer, last] : past.affected) {
    if (now != nullptr && std::ranges::binary_search(now->affected, dialer, base::NaturalLess)) continue;
    Learn({&past.finding, last, &key}, &dialer, gone_);
  }
}

Explainer::Root Explainer::RootOf(const Finding& finding) const {
  if (const Candidate* cause = CauseOf(finding, standing_)) return RootOf(*cause->finding);
  const Candidate* cause = CauseOf(finding, gone_);
  if (cause == nullptr) return {&finding, nullptr};
  const Root root = RootOf(*cause->finding);
  return Stands(*root.finding) ? root : Root{&finding, root.left_by == nullptr ? cause->left_by : root.left_by};
}

// Of the first row that gives one.
const Explainer::Candidate* Explainer::CauseOf(const Finding& finding, const Candidates& candidates) const {
  for (const Explanation& row : Explanations()) {
    if (row.symptom != finding.rule) continue;
    if (const Candidate* cause = CauseBy(row, finding, candidates)) return cause;
  }
  return nullptr;
}

const Explainer::Candidate* Explainer::CauseBy(const Explanation& row, const Finding& finding,
                                               const Candidates& candidates) const {
  const std::string_view dialer = IsByDialer(row.scope) ? std::string_view(finding.subject.dialer) : "";
  auto known = candidates.find({&row, dialer, PlaceOf(row.scope, finding)});
  if (known == candidates.end() && row.scope == Scope::kServer) known = candidates.find({&row, dialer, ""});
  if (known == candidates.end()) return nullptr;
  const Candidate* first = nullptr;
  for (const Candidate& each : known->second) {
    if (MayExplain(each, finding) && (first == nullptr || ComesBefore(each, *first))) first = &each;
  }
  return first;
}

bool Explainer::MayExplain(const Candidate& cause, const Finding& finding) const {
  if (cause.finding->severity < finding.severity) return false;
  if (cause.left_by != nullptr && !MayBeLeft(finding, cause.last, settings_, now_)) return false;
  return !IsOfMedia(finding) || finding.since - cause.finding->since <= kOnsetTurns * TurnOf(settings_, finding.rule);
}

// What was there last comes first.
bool Explainer::ComesBefore(const Candidate& a, const Candidate& b) {
  return a.last == b.last ? diagnosis::ComesBefore(*a.finding, *b.finding) : a.last > b.last;
}

// As the cause of what this dialer has; null: of what is about no dialer.
void Explainer::Learn(const Candidate& cause, const std::string* dialer, Candidates& candidates) {
  const Finding& finding = *cause.finding;
  for (const Explanation& row : Explanations()) {
    if (row.cause != finding.rule) continue;
    if (dialer != nullptr ? !IsByDialer(row.scope) : IsByDialer(row.scope) && !finding.subject.dialer.empty()) continue;
    ForPlaces(row, finding, [&](std::string_view place) {
      const Key key(&row, dialer == nullptr ? std::string_view() : *dialer, place);
      candidates[key].push_back(cause);
    });
  }
}

}  // namespace dialwatch::diagnosis
