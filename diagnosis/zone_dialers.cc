#include "diagnosis/zone_dialers.h"

#include <set>

#include "base/host_name.h"
#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {

std::vector<std::string> DialersIn(const Situation& situation, const std::string& zone) {
  std::set<std::string> asked, within;
  for (const Judgement& judgement : situation.judgements) {
    if (IsAuthority(judgement) && judgement.sample->via.name == zone) asked.insert(judgement.dialer);
  }
  for (const config::Dialer& dialer : situation.settings.dialers) {
    if (base::IsWithinZone(dialer.host, zone)) within.insert(dialer.name);
  }
  const auto& names = asked.empty() ? within : asked;
  return {names.begin(), names.end()};
}

}  // namespace dialwatch::diagnosis
