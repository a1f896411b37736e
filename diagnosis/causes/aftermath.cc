#include "diagnosis/causes/aftermath.h"

#include <algorithm>

#include "diagnosis/hold.h"

namespace dialwatch::diagnosis {

void Aftermath::Note(const std::vector<Finding>& findings, TimePoint now) {
  for (const Finding& finding : findings) {
    Past& past = past_[finding.id];
    past.finding = finding;
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
  if (finding.since >= last + HeldFor(settings, finding.rule)) return false;
  return now - last < Aftermath::kLasts || (finding.eta && *finding.eta > now);
}

}  // namespace dialwatch::diagnosis
