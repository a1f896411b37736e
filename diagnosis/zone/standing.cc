#include "diagnosis/zone/standing.h"

#include <algorithm>

#include "diagnosis/hold.h"

namespace dialwatch::diagnosis {

bool ZoneStanding::silent() const {
  return std::all_of(servers.begin(), servers.end(), [](const auto& server) { return server.second.answered.empty(); });
}

TimePoint ZoneStanding::SilentSince(const Picture& picture) const {
  TimePoint since;
  for (const auto& [via, tally] : servers) since = std::max(since, tally.DownSince(picture));
  return since;
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
  std::map<std::string, TimePoint> unanswerable;  // dialers, and since when
  for (const auto& [name, zone] : ZonesOf(situation)) {
    if (!zone.silent()) continue;
    const TimePoint since = zone.SilentSince(situation.picture);
    for (const std::string& dialer : zone.dialers) {
      const auto known = unanswerable.emplace(dialer, since).first;
      known->second = std::min(known->second, since);
    }
  }
  // who is asked in turn shows what began with the silence up to a turn before it
  const Duration turn = situation.settings.probing.interval;
  auto standings = StandingsOf(situation, cases);
  for (ResolverStanding& resolver : standings) {
    const auto excused = std::erase_if(resolver.names, [&](const NameStanding& name) {
      const auto zone = unanswerable.find(name.dialer->dialer.name);
      return zone != unanswerable.end() && name.failing &&
             StreakOf(situation.picture, resolver, name).since >= zone->second - kGoodTurns * turn;
    });
    resolver.excused = excused > 0;
  }
  return standings;
}

}  // namespace dialwatch::diagnosis
