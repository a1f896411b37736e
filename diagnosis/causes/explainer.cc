#include "diagnosis/causes/explainer.h"

#include <algorithm>

#include "base/natural_order.h"

namespace dialwatch::diagnosis {
namespace {

bool IsByDialer(Scope scope) {
  return scope == Scope::kDialer || scope == Scope::kDialerAndResolver;
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

Explainer::Explainer(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::kInfo) Learn(finding);
  }
}

const Finding& Explainer::RootOf(const Finding& finding) const {
  for (const Explanation& row : Explanations()) {
    if (row.symptom != finding.rule) continue;
    const Finding* cause = CauseBy(row, finding);
    if (cause != nullptr && cause->severity >= finding.severity) return RootOf(*cause);
  }
  return finding;
}

const Finding* Explainer::CauseBy(const Explanation& row, const Finding& finding) const {
  const std::string_view dialer = IsByDialer(row.scope) ? std::string_view(finding.subject.dialer) : "";
  auto cause = known_.find({&row, dialer, PlaceOf(row.scope, finding)});
  if (cause == known_.end() && row.scope == Scope::kServer) cause = known_.find({&row, dialer, ""});
  return cause == known_.end() ? nullptr : cause->second;
}

void Explainer::Learn(const Finding& finding) {
  for (const Explanation& row : Explanations()) {
    if (row.cause != finding.rule) continue;
    if (row.scope == Scope::kWitness) {
      for (const EvidenceRow& each : finding.evidence) {
        if (each.via && each.stance == Stance::kBad) Keep({&row, "", each.via->name}, finding);
      }
    } else if (IsByDialer(row.scope)) {
      for (const std::string& dialer : finding.affected) Keep({&row, dialer, PlaceOf(row.scope, finding)}, finding);
      if (finding.subject.dialer.empty()) Keep({&row, "", PlaceOf(row.scope, finding)}, finding);
    } else {
      Keep({&row, "", PlaceOf(row.scope, finding)}, finding);
    }
  }
}

void Explainer::Keep(const Key& key, const Finding& finding) {
  const auto [known, first] = known_.emplace(key, &finding);
  if (!first && ComesBefore(finding, *known->second)) known->second = &finding;
}

}  // namespace dialwatch::diagnosis
