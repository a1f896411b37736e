#pragma once

#include <map>
#include <string>
#include <vector>

#include "probes/dns/authority.h"
#include "probes/target.h"
#include "tests/world/asking.h"

namespace dialwatch::world {

// Whom the discovery would have found for a host, aliases that lead from zone to zone followed; pins win.
probes::AuthorityServers AuthorityOf(World& world, const config::Settings& settings, const std::string& host,
                                     TimePoint at);

// Looks at zones as probes/dns/zone_probe.h does: each in the turns of one of its names.
class ZoneLooks {
 public:
  explicit ZoneLooks(Asking& asking) : asking_(asking) {}

  void Turn(const probes::NameTarget& name, const probes::AuthorityServers& authority, const world::Turn& turn);

 private:
  struct Leader {
    probes::NameTarget name;
    TimePoint last;
  };

  void Look(const std::string& zone, const std::vector<Endpoint>& servers, const world::Turn& turn);

  Asking& asking_;
  std::map<std::string, Leader> leaders_;  // by zone
};

}  // namespace dialwatch::world
