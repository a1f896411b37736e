#include "diagnosis/causes/explainer.h"

#include <algorithm>

#include "base/natural_order.h"
#include "diagnosis/incidents/hold.h"

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

}  // namespace

bool ComesBefore(const Finding& a, const Finding& b) {
  if (a.severity != b.severity) return a.severity > b.severity;
  if (a.since != b.since) return a.since < b.since;
  return base::NaturalLess(a.id, b.id);
}

Explainer::Explainer(const std::vector<Finding>& findings, const Settings& settings) : settings_(settings) {
  std::vector<const Finding*> causes;
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::kInfo) causes.push_back(&finding);
  }
  std::ranges::sort(causes, [](const Finding* a, const Finding* b) { return ComesBefore(*a, *b); });
  for (const Finding* cause : causes) Learn(*cause);
}

const Finding& Explainer::RootOf(const Finding& finding) const {
  for (const Explanation& row : Explanations()) {
    if (row.symptom != finding.rule) continue;
    if (const Finding* cause = CauseBy(row, finding)) return RootOf(*cause);
  }
  return finding;
}

const Finding* Explainer::CauseBy(const Explanation& row, const Finding& finding) const {
  const std::string_view dialer = IsByDialer(row.scope) ? std::string_view(finding.subject.dialer) : "";
  auto known = known_.find({&row, dialer, PlaceOf(row.scope, finding)});
  if (known == known_.end() && row.scope == Scope::kServer) known = known_.find({&row, dialer, ""});
  if (known == known_.end()) return nullptr;
  const auto cause =
      std::ranges::find_if(known->second, [&](const Finding* each) { return MayFollow(finding, *each); });
  return cause == known->second.end() ? nullptr : *cause;
}

bool Explainer::MayFollow(const Finding& finding, const Finding& cause) const {
  if (cause.severity < finding.severity) return false;
  return !IsOfMedia(finding) || finding.since - cause.since <= kOnsetTurns * TurnOf(settings_, finding.rule);
}

void Explainer::Learn(const Finding& finding) {
  for (const Explanation& row : Explanations()) {
    if (row.cause != finding.rule) continue;
    if (row.scope == Scope::kWitness) {
      for (const EvidenceRow& each : finding.evidence) {
        if (each.via && each.stance == Stance::kBad) known_[{&row, "", each.via->name}].push_back(&finding);
      }
      continue;
    }
    const std::string_view place = PlaceOf(row.scope, finding);
    if (IsByDialer(row.scope)) {
      for (const std::string& dialer : finding.affected) known_[{&row, dialer, place}].push_back(&finding);
    }
    if (!IsByDialer(row.scope) || finding.subject.dialer.empty()) known_[{&row, "", place}].push_back(&finding);
  }
}

}  // namespace dialwatch::diagnosis
