#include "diagnosis/causes/aftermath.h"

namespace dialwatch::diagnosis {

void Aftermath::Note(const Cause& cause, TimePoint now) {
  for (const Finding& symptom : cause.symptoms) symptoms_.insert_or_assign(symptom.id, Symptom{cause.key, now});
}

std::optional<std::string> Aftermath::OriginOf(const Cause& cause, TimePoint now) const {
  for (const Finding& finding : cause.findings) {
    const auto known = symptoms_.find(finding.id);
    if (known == symptoms_.end()) continue;
    if (now - known->second.explained < kLasts || (finding.eta && *finding.eta > now)) return known->second.of;
  }
  return std::nullopt;
}

void Aftermath::Forget(const std::string& key) {
  std::erase_if(symptoms_, [&](const auto& symptom) { return symptom.second.of == key; });
}

}  // namespace dialwatch::diagnosis
