#include "diagnosis/causes/aftermath.h"

#include <algorithm>

#include "diagnosis/hold.h"

namespace dialwatch::diagnosis {

namespace {

// What a finding is explained by, and explains. It is noted at each conclusion, so nothing else is copied.
void Take(const Finding& from, Finding& to) {
  if (to.id.empty()) {
    to.id = from.id;
    to.rule = from.rule;
    to.subject = from.subject;
  }
  to.severity = from.severity;
  to.since = from.since;
  to.eta = from.eta;
  to.evidence.clear();
  for (const EvidenceRow& row : from.evidence) {
    if (!row.via || row.stance != Stance::kBad) continue;
    EvidenceRow& seen = to.evidence.emplace_back();
    seen.stance = row.stance;
    seen.via = row.via;
  }
}

}  // namespace

void Aftermath::Note(const std::vector<Finding>& findings, TimePoint now) {
  for (const Finding& finding : findings) {
    Past& past = past_[finding.id];
    Take(finding, past.finding);
    past.last = now;
    for (const std::string& dialer : finding.affected) past.affected.insert_or_assign(dialer, now);
  }
}

void Aftermath::Rewind(TimePoint now) {
  for (auto& [id, past] : past_) {
    past.last = std::min(past.last, now);
    for (auto& [dialer, last] : past.affected) last = std::min(last, now);
  }
}

bool MayBeLeft(const Finding& finding, TimePoint last, const Settings& settings, TimePoint now) {
  const bool is_news = finding.severity == Severity::kCritical;  // with a first action of its own
  if (finding.since >= last + (is_news ? Duration{0} : HeldFor(settings, finding.rule))) return false;
  return now - last < Aftermath::kLasts || (finding.eta && *finding.eta > now);
}

}  // namespace dialwatch::diagnosis
