#include "diagnosis/rules/dns_port_blocked.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/names.h"
#include "diagnosis/rules/media_words.h"
#include "diagnosis/zone/standing.h"

namespace dialwatch::diagnosis {
namespace {

// How many operators and zones must be silent before it is the port that they share, and none of them.
constexpr std::size_t kVoices = 2;

// Whoever is asked over plain DNS, and who answers otherwise.
struct Roll {
  std::set<std::string> operators;  // of the plain resolvers, all of which are silent
  std::vector<std::string> plain, zones;
  std::vector<const config::Resolver*> encrypted;  // that answer
  bool silent_otherwise = false;                   // one at least, for a name that is not ours

  // Resolvers may be silent on our names since our zone's servers are.
  bool ProvesThePort() const {
    const bool other_way = std::ranges::any_of(
        encrypted, [&](const config::Resolver* each) { return operators.contains(each->operator_name); });
    return (silent_otherwise || other_way) && operators.size() + zones.size() >= kVoices;
  }
};

bool IsFarAndPlain(const config::Resolver& resolver) {
  return !IsNear(resolver) && !IsEncrypted(resolver);
}

// Nothing where anybody answers over plain DNS. Who answers inside has no say where others are asked.
std::optional<Roll> CallRoll(const Situation& situation) {
  Roll roll;
  const auto cases = CasesOf(situation);
  const bool far_only = std::ranges::any_of(situation.settings.resolvers, IsFarAndPlain);
  for (const ResolverStanding& each : StandingsOf(situation, cases)) {
    if (IsEncrypted(*each.resolver)) {
      if (each.works()) roll.encrypted.push_back(each.resolver);
      continue;
    }
    if (far_only && IsNear(*each.resolver)) continue;
    if (!each.silent() || LongestFailure(situation.picture, each) < kRunning) return std::nullopt;
    if (situation.picture.references().Replies(each.resolver->name)) return std::nullopt;
    roll.silent_otherwise = roll.silent_otherwise || situation.picture.references().IsSilent(each.resolver->name);
    roll.operators.insert(each.resolver->operator_name);
    roll.plain.push_back(each.resolver->name);
  }
  for (const auto& [zone, standing] : ZonesOf(situation)) {
    if (!standing.silent() || !standing.IsDown(situation.picture)) return std::nullopt;
    roll.zones.push_back(zone);
  }
  return roll;
}

// When the last of them fell silent.
TimePoint SinceOf(const Situation& situation, const Tallies& tallies) {
  TimePoint since;
  for (const auto& [via, tally] : tallies) {
    if (tally.answered.empty()) since = std::max(since, tally.DownSince(situation.picture));
  }
  return since;
}

Finding Tell(const Situation& situation, const Roll& roll, const Tallies& tallies) {
  Finding finding;
  finding.since = SinceOf(situation, tallies);
  const config::Resolver* way = roll.encrypted.empty() ? nullptr : roll.encrypted.front();
  finding.summary = fmt::format(
      "plain DNS does not get out of our network: {} {} over it since {}, while {}", EnumerateSome(roll.plain),
      roll.zones.empty() ? "are silent" : fmt::format("and the servers of {} are silent", EnumerateSome(roll.zones)),
      base::FormatClock(finding.since),
      way == nullptr ? "other traffic flows"
                     : fmt::format("{} answers over {}", way->name, base::NameOf(way->transport)));
  finding.evidence = RowsOf(tallies);
  finding.affected = AllDialers(situation.settings);
  finding.advice = {"let UDP and TCP port 53 out at this network's firewall and router, or ask its provider why not"};
  if (way != nullptr) {
    finding.advice.push_back(
        fmt::format("until then let clients here ask {} over {}", way->name, base::NameOf(way->transport)));
  }
  finding.advice.push_back(
      "flush and change nothing at resolvers and at the DNS hoster: from elsewhere they are reached");
  return finding;
}

}  // namespace

std::vector<Finding> DnsPortBlocked(const Situation& situation) {
  const auto roll = CallRoll(situation);
  if (!roll || roll->plain.empty() || !roll->ProvesThePort()) return {};
  const auto tallies = TallyOf(situation.judgements, [](const Judgement&) { return true; });
  if (!NetworkWorks(situation.picture, SinceOf(situation, tallies))) return {};
  return {Tell(situation, *roll, tallies)};
}

}  // namespace dialwatch::diagnosis
