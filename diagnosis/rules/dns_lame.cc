#include "diagnosis/rules/dns_lame.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/printable.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/dns/tally.h"
#include "diagnosis/zone/evidence.h"
#include "diagnosis/zone/facts.h"

namespace dialwatch::diagnosis {
namespace {

// Where all of a zone's servers fail it is down, and not lame.
bool IsToBeTold(const ZoneView& view, const ZoneServerView& server) {
  const auto state = view.servers.find(server.server);
  if (state == view.servers.end() || state->second.lame < kRunning) return false;
  const auto& servers = view.newest->servers;
  const bool others_serve = std::any_of(servers.begin(), servers.end(),
                                        [&](const ZoneServerView& each) { return Serves(each, view.newest->zone); });
  return others_serve || !Fails(server.soa);
}

Finding TellLame(const Situation& situation, const ZoneView& view, const ZoneServerView& server) {
  const std::string& zone = view.newest->zone;
  const std::string names = base::Printable(fmt::format("{}", fmt::join(server.names, ", ")), 200);
  Finding finding;
  finding.subject.authority = zone;
  finding.subject.server = AddressOf(server);
  finding.since = view.servers.at(server.server).lame_since;
  finding.summary = fmt::format("{}{} does not serve {}: {}", AddressOf(server),
                                names.empty() ? "" : fmt::format(" ({})", names), zone, LamenessOf(server));
  finding.evidence = ServerRows(*view.newest);
  finding.affected = DialersIn(situation, zone);
  const std::string who = server.names.empty() ? AddressOf(server) : names;
  finding.advice = {
      fmt::format("have {} serve {}, or take it out of the NS records of the zone and at its registrar", who, zone),
      "until then a part of all questions takes longer, or fails where the other servers cannot be reached"};
  return finding;
}

}  // namespace

std::vector<Finding> DnsLame(const Situation& situation) {
  std::vector<Finding> findings;
  for (const auto& [name, view] : situation.picture.zones()) {
    for (const ZoneServerView& server : view.newest->servers) {
      if (IsToBeTold(view, server)) findings.push_back(TellLame(situation, view, server));
    }
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
