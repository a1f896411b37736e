#pragma once

#include <map>
#include <string>
#include <vector>

#include "diagnosis/dns/standing.h"
#include "diagnosis/dns/tally.h"

// How the authoritative servers fare, zone by zone.
namespace dialwatch::diagnosis {

// All servers of one zone and the dialers that are in it.
struct ZoneStanding {
  Tallies servers;
  std::vector<std::string> dialers;
  bool resolvers_reply = false;  // for a name of the zone, be it an error

  bool silent() const;  // no server answers now
  TimePoint SilentSince(const Picture& picture) const;
  bool IsDown(const Picture& picture) const;
};
std::map<std::string, ZoneStanding> ZonesOf(const Situation& situation);

// How the resolvers fare with the names that can be answered: where no authoritative server answers, a resolver whose
// copies have expired is silent too, and not to blame. What failed before that still does: unknown is not over.
std::vector<ResolverStanding> FairStandingsOf(const Situation& situation, const std::vector<DialerCase>& cases);

}  // namespace dialwatch::diagnosis
