#include "diagnosis/zone/standing.h"

#include <algorithm>
#include <set>

namespace dialwatch::diagnosis {

bool ZoneStanding::silent() const {
  return std::all_of(servers.begin(), servers.end(), [](const auto& server) { return server.second.answered.empty(); });
}

bool ZoneStanding::IsDown(const Picture& picture) const {
  return std::all_of(servers.begin(), servers.end(), [&](const auto& server) { return server.second.IsDown(picture); });
}

std::map<std::string, ZoneStanding> ZonesOf(const Situation& situation) {
  std::map<std::string, ZoneStanding> zones;
  for (const DialerCase& dialer : CasesOf(situation)) {
    const bool replied =
        std::any_of(dialer.judgements.begin(), dialer.judgements.end(), [](const Judgement& judgement) {
          return !IsAuthority(judgement) && judgement.sample->outcome == probes::DnsOutcome::kAnswered;
        });
    for (const Judgement& judgement : dialer.judgements) {
      if (!IsAuthority(judgement)) continue;
      ZoneStanding& zone = zones[judgement.sample->via.name];
      zone.servers[judgement.sample->via].Add(judgement);
      zone.resolvers_reply = zone.resolvers_reply || replied;
      if (zone.dialers.empty() || zone.dialers.back() != dialer.dialer.name) zone.dialers.push_back(dialer.dialer.name);
    }
  }
  return zones;
}

std::vector<ResolverStanding> FairStandingsOf(const Situation& situation, const std::vector<DialerCase>& cases) {
  std::set<std::string> unanswerable;
  for (const auto& [name, zone] : ZonesOf(situation)) {
    if (zone.silent()) unanswerable.insert(zone.dialers.begin(), zone.dialers.end());
  }
  auto standings = StandingsOf(situation, cases);
  for (ResolverStanding& resolver : standings) {
    std::erase_if(resolver.names,
                  [&](const NameStanding& name) { return unanswerable.contains(name.dialer->dialer.name); });
  }
  return standings;
}

}  // namespace dialwatch::diagnosis
