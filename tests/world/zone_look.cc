#include "tests/world/zone_look.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace dialwatch::world {
namespace {

using probes::AuthorityServers, probes::DnsQuestion, probes::DnsSample, probes::Via;

constexpr std::size_t kMostHops = 8;

std::vector<Endpoint> ServersOf(const Zone& zone, const config::Settings& settings, TimePoint at) {
  const config::Authority* pin = config::FindAuthority(settings, zone.name);
  return pin != nullptr && pin->zone == zone.name ? pin->servers : zone.ServersAt(at);
}

// Where an alias leads, as the first server has it.
std::string AliasOf(const Zone& zone, const std::string& host, TimePoint at) {
  if (zone.servers.empty()) return "";
  const Reply reply = zone.Say(zone.servers.front(), {{host, RecordType::kCname}, false, at}, 0);
  return reply.answers.empty() ? "" : reply.answers.front().data;
}

}  // namespace

AuthorityServers AuthorityOf(World& world, const config::Settings& settings, const std::string& host, TimePoint at) {
  const Zone* zone = world.names.ZoneOf(host);
  if (zone == nullptr) return {};
  AuthorityServers found{zone->name, ServersOf(*zone, settings, at)};
  std::string name = host;
  while (found.further.size() < kMostHops) {
    name = AliasOf(*zone, name, at);
    if (name.empty()) break;
    const Zone* next = world.names.ZoneOf(name);
    if (next == nullptr) break;
    if (next != zone) found.further.push_back({name, next->name, ServersOf(*next, settings, at)});
    zone = next;
  }
  return found;
}

void ZoneLooks::Turn(const probes::NameTarget& name, const AuthorityServers& authority, const world::Turn& turn) {
  const auto take = [&](const std::string& zone, const std::vector<Endpoint>& servers) {
    if (servers.empty()) return;
    const TimePoint now = asking_.agenda.now();
    const auto [leader, first] = leaders_.try_emplace(zone, Leader{name, now});
    const bool orphaned = now >= leader->second.last + asking_.settings->probing.interval * 3 / 2;
    if (!first && leader->second.name != name && !orphaned) return;
    leader->second = {name, now};
    Look(zone, servers, turn);
  };
  take(authority.zone, authority.servers);
  for (const probes::AuthorityHop& hop : authority.further) take(hop.zone, hop.servers);
}

void ZoneLooks::Look(const std::string& name, const std::vector<Endpoint>& servers, const world::Turn& turn) {
  const Zone* zone = asking_.world.names.ZoneOf(name);
  const config::Authority* pin = config::FindAuthority(*asking_.settings, name);
  const auto look = std::make_shared<probes::ZoneSample>(zone->Delegation(asking_.agenda.now()));
  look->pinned = pin != nullptr && pin->zone == name;
  for (const Endpoint& server : servers) {
    const NameServer* known = zone->ServerAt(server);
    look->servers.push_back({server, {}, {}, {}});
    if (known != nullptr) look->servers.back().names = {known->name};
  }
  const auto missing = std::make_shared<std::size_t>(2 * servers.size());
  for (std::size_t i = 0; i < servers.size(); ++i) {
    for (const RecordType type : {RecordType::kSoa, RecordType::kNs}) {
      DnsQuestion question;
      question.host = name;
      question.type = type;
      question.via = {Via::Kind::kAuthority, name, servers[i]};
      question.timeout = asking_.settings->probing.timeout;
      asking_.Ask(question, turn, [this, look, missing, i, type](const DnsSample& sample) {
        (type == RecordType::kSoa ? look->servers[i].soa : look->servers[i].ns) = sample;
        if (--*missing > 0) return;
        look->at = asking_.agenda.now();
        asking_.Tell(*look);
      });
    }
  }
}

}  // namespace dialwatch::world
