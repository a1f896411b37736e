#include "diagnosis/rules/dns_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/natural_order.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/zone/standing.h"

namespace dialwatch::diagnosis {
namespace {

Tallies TallyOf(const Situation& situation, const ResolverStanding& resolver) {
  return TallyOf(situation.judgements,
                 [&](const Judgement& judgement) { return IsOf(judgement, resolver.resolver->name); });
}

Finding TellDown(const Situation& situation, const std::vector<ResolverStanding>& standings,
                 const ResolverStanding& resolver) {
  const std::string& name = resolver.resolver->name;
  const Tallies own = TallyOf(situation, resolver);
  std::vector<std::string> working;
  for (const ResolverStanding& other : standings) {
    if (other.works()) working.push_back(other.resolver->name);
  }
  Finding finding;
  finding.subject.resolver = name;
  finding.since = situation.now;
  for (const auto& [via, tally] : own) finding.since = std::min(finding.since, tally.DownSince(situation.picture));
  const auto failed =
      std::find_if(own.begin(), own.end(), [](const auto& server) { return !server.second.failed.empty(); });
  const std::size_t names = resolver.names.size();
  finding.summary = fmt::format(
      "{} answers for {} since {} ({}){}", name, names == 1 ? "no name" : fmt::format("none of {} names", names),
      base::FormatClock(finding.since), AnswerText(*failed->second.failed.front()->sample),
      working.empty() ? "" : ", while " + Enumerate(working) + (working.size() == 1 ? " does" : " do"));
  finding.evidence = RowsOf(own);
  const auto others = RowsOf(TallyOf(situation.judgements, [&](const Judgement& judgement) {
    return !IsAuthority(judgement) && !IsOf(judgement, name);
  }));
  finding.evidence.insert(finding.evidence.end(), others.begin(), others.end());
  finding.affected = AllDialers(situation.settings);
  if (!working.empty()) {
    finding.advice.push_back(
        fmt::format("let clients and servers that use {} ask {} until it is back", name, working.front()));
  }
  finding.advice.push_back(fmt::format("see whether {} reports an outage, and whether the path to it is open", name));
  return finding;
}

// Some of a resolver's addresses are dead, others answer: worth a line, but nobody is to be woken.
void TellDeadAddresses(const Situation& situation, const ResolverStanding& resolver, std::vector<Finding>& findings) {
  if (resolver.resolver->addresses.size() < 2) return;
  const Tallies tallies = TallyOf(situation, resolver);
  std::vector<std::string> dead, alive;
  Finding finding;
  finding.since = situation.now;
  for (const auto& [via, tally] : tallies) {
    const bool down = tally.IsDown(situation.picture);
    (down ? dead : alive).push_back(via.server.ToString(config::kDnsPort));
    if (down) finding.since = std::min(finding.since, tally.DownSince(situation.picture));
  }
  if (dead.empty() || alive.empty()) return;
  finding.severity = Severity::kInfo;
  finding.subject.resolver = resolver.resolver->name;
  finding.summary = fmt::format("{} does not answer at {}, but does at {}", resolver.resolver->name, Enumerate(dead),
                                Enumerate(alive));
  finding.evidence = RowsOf(tallies);
  finding.affected = AllDialers(situation.settings);
  finding.advice = {fmt::format("put {} first where clients list both addresses", alive.front())};
  findings.push_back(std::move(finding));
}

Finding TellAuthorityDown(const Situation& situation, const std::string& name, ZoneStanding zone) {
  std::vector<std::string> servers;
  Finding finding;
  for (const auto& [via, tally] : zone.servers) servers.push_back(via.server.ToString(config::kDnsPort));
  finding.since = zone.SilentSince(situation.picture);
  finding.subject.authority = name;
  finding.summary =
      fmt::format("no authoritative server of {} ({}) gives an answer since {}; resolvers live on their copies", name,
                  Enumerate(servers), base::FormatClock(finding.since));
  finding.evidence = RowsOf(zone.servers);
  base::SortNames(zone.dialers);
  finding.affected = std::move(zone.dialers);
  finding.advice = {
      fmt::format("see whether the DNS hoster of {} reports an outage, and call it", name),
      "do not change or flush anything meanwhile: what resolvers still hold is what keeps clients going",
      "where the resolvers' TTLs go up again, the servers are up: then port 53 from here to them is closed"};
  return finding;
}

}  // namespace

std::vector<Finding> DnsResolverDown(const Situation& situation) {
  std::vector<Finding> findings;
  const auto cases = CasesOf(situation);
  const auto standings = FairStandingsOf(situation, cases);
  for (const ResolverStanding& resolver : standings) {
    if (IsDown(situation, standings, resolver)) {
      findings.push_back(TellDown(situation, standings, resolver));
    } else {
      TellDeadAddresses(situation, resolver, findings);
    }
  }
  return findings;
}

std::vector<Finding> DnsAuthorityDown(const Situation& situation) {
  std::vector<Finding> findings;
  for (auto& [name, zone] : ZonesOf(situation)) {
    const bool network_works =
        zone.resolvers_reply || StunWorks(situation.picture) || situation.picture.references().AnyReplies();
    if (network_works && zone.IsDown(situation.picture)) {
      findings.push_back(TellAuthorityDown(situation, name, std::move(zone)));
    }
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
