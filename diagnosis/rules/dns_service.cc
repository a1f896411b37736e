#include "diagnosis/rules/dns_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "diagnosis/answer.h"
#include "diagnosis/standing.h"
#include "diagnosis/tally.h"

namespace dialwatch::diagnosis {
namespace {

bool IsOf(const Judgement& judgement, const std::string& resolver) {
  return !IsAuthority(judgement) && judgement.sample->via.name == resolver;
}

Tallies TallyOf(const Situation& situation, const ResolverStanding& resolver) {
  return TallyOf(situation.judgements,
                 [&](const Judgement& judgement) { return IsOf(judgement, resolver.resolver->name); });
}

std::string Clock(TimePoint time) {
  return base::FormatClock(std::chrono::floor<std::chrono::seconds>(time));
}

// All servers of one zone and the dialers that are in it.
struct ZoneStanding {
  Tallies servers;
  std::vector<std::string> dialers;
  bool resolvers_reply = false;

  bool silent() const {  // no server answers now
    return std::all_of(servers.begin(), servers.end(),
                       [](const auto& server) { return server.second.answered.empty(); });
  }
  bool IsDown(const Picture& picture) const {
    return std::all_of(servers.begin(), servers.end(),
                       [&](const auto& server) { return server.second.IsDown(picture); });
  }
};

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

// How the resolvers fare with the names that can be answered: where no authoritative server answers, a resolver whose
// copies have expired is silent too, and not to blame.
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

bool OtherOperatorWorks(const std::vector<ResolverStanding>& standings, const ResolverStanding& resolver) {
  return std::any_of(standings.begin(), standings.end(), [&](const ResolverStanding& other) {
    return other.resolver->operator_name != resolver.resolver->operator_name && other.works();
  });
}

bool AnyAuthorityWorks(const Situation& situation) {
  return std::any_of(situation.judgements.begin(), situation.judgements.end(), [](const Judgement& judgement) {
    return IsAuthority(judgement) && judgement.verdict != Verdict::kFailing;
  });
}

// Without a sign of life it is down if anything else lives. Where it replies, but with errors only, it is to blame only
// if others can answer, and for more than one name: else it may be the name.
bool IsDown(const Situation& situation, const std::vector<ResolverStanding>& standings,
            const ResolverStanding& resolver) {
  if (!resolver.failing() || LongestFailure(situation.picture, resolver) < kRunning) return false;
  if (OtherOperatorWorks(standings, resolver)) return resolver.silent() || resolver.names.size() > 1;
  return resolver.silent() && (AnyAuthorityWorks(situation) || StunWorks(situation.picture));
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
  finding.summary =
      fmt::format("{} answers for none of {} names since {} ({}){}", name, resolver.names.size(), Clock(finding.since),
                  AnswerText(*failed->second.failed.front()->sample),
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
    (down ? dead : alive).push_back(via.server.ToString(kDnsPort));
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

// Whether the resolver was well for another name while this one stayed silent. Two good samples, since when the network
// comes back names recover one by one.
bool WorksForOthers(const Situation& situation, const ResolverStanding& resolver, const NameStanding& name) {
  return std::any_of(resolver.names.begin(), resolver.names.end(), [&](const NameStanding& other) {
    if (&other == &name || other.silent) return false;
    return other.failing || StreakOf(situation.picture, resolver, other).length > 1;
  });
}

Finding TellFailing(const Situation& situation, const ResolverStanding& resolver, const NameStanding& name) {
  const std::string& via = resolver.resolver->name;
  const auto is_failure = [&](const Judgement& judgement) {
    return IsOf(judgement, via) && judgement.verdict == Verdict::kFailing;
  };
  const auto& judgements = name.dialer->judgements;
  const auto failure = std::find_if(judgements.begin(), judgements.end(), is_failure);
  const auto well = std::count_if(resolver.names.begin(), resolver.names.end(),
                                  [](const NameStanding& other) { return !other.failing; });
  Finding finding;
  finding.subject.dialer = name.dialer->dialer.name;
  finding.subject.resolver = via;
  finding.since = StreakOf(situation.picture, resolver, name).since;
  finding.summary = fmt::format(
      "{} fails for {} since {} ({}){}", via, name.dialer->dialer.host, Clock(finding.since),
      AnswerText(*failure->sample),
      well == 0 ? "" : fmt::format(", while it answers for {} other {}", well, well == 1 ? "name" : "names"));
  finding.evidence = EvidenceFor(*name.dialer, is_failure);
  finding.affected = {finding.subject.dialer};
  finding.advice = {"see whether the other resolvers answer: if none does, look at the authority and at DNSSEC first",
                    fmt::format("else let clients and servers that use {} ask another resolver meanwhile", via),
                    "an extended error in the evidence says what the resolver could not do"};
  return finding;
}

Finding TellAuthorityDown(const Situation& situation, const std::string& name, ZoneStanding zone) {
  std::vector<std::string> servers;
  Finding finding;
  for (const auto& [via, tally] : zone.servers) {
    servers.push_back(via.server.ToString(kDnsPort));
    finding.since = std::max(finding.since, tally.DownSince(situation.picture));
  }
  finding.subject.authority = name;
  finding.summary =
      fmt::format("no authoritative server of {} ({}) gives an answer since {}; resolvers live on their copies", name,
                  Enumerate(servers), Clock(finding.since));
  finding.evidence = RowsOf(zone.servers);
  std::sort(zone.dialers.begin(), zone.dialers.end());
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

std::vector<Finding> DnsFailing(const Situation& situation) {
  std::vector<Finding> findings;
  const auto cases = CasesOf(situation);
  const auto standings = StandingsOf(situation, cases);
  const auto fair = FairStandingsOf(situation, cases);
  for (std::size_t i = 0; i < standings.size(); ++i) {
    const ResolverStanding& resolver = standings[i];
    if (resolver.silent() || IsDown(situation, fair, fair[i])) continue;
    const DialerCase* told = nullptr;  // one finding for all types of a dialer
    for (const NameStanding& name : resolver.names) {
      if (!name.failing || name.dialer == told) continue;
      if (StreakOf(situation.picture, resolver, name).length < kRunning) continue;
      if (name.silent && !WorksForOthers(situation, resolver, name)) continue;
      findings.push_back(TellFailing(situation, resolver, name));
      told = name.dialer;
    }
  }
  return findings;
}

std::vector<Finding> DnsAuthorityDown(const Situation& situation) {
  std::vector<Finding> findings;
  for (auto& [name, zone] : ZonesOf(situation)) {
    const bool network_works = zone.resolvers_reply || StunWorks(situation.picture);
    if (network_works && zone.IsDown(situation.picture)) {
      findings.push_back(TellAuthorityDown(situation, name, std::move(zone)));
    }
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
