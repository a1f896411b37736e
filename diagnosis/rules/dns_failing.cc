#include "diagnosis/rules/dns_failing.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/count.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/zone/standing.h"
#include "probes/dns/extended_error.h"

namespace dialwatch::diagnosis {
namespace {

// Whether the resolver was well for another name while this one stayed silent. Two good samples, since when the network
// comes back names recover one by one.
bool WorksForOthers(const Situation& situation, const ResolverStanding& resolver, const NameStanding& name) {
  if (situation.picture.references().Replies(resolver.resolver->name)) return true;
  return std::any_of(resolver.names.begin(), resolver.names.end(), [&](const NameStanding& other) {
    if (&other == &name || other.silent) return false;
    return other.failing || StreakOf(situation.picture, resolver, other).length > 1;
  });
}

// What the reply says of the reason: ": it cannot reach the authority".
std::string ReasonOf(const DnsSample& sample) {
  namespace ede = probes::ede;
  if (HasExtendedError(sample, ede::kNoReachableAuthority) || HasExtendedError(sample, ede::kNetworkError)) {
    return ": it cannot reach the authority";
  }
  if (HasExtendedError(sample, ede::kCachedError))
    return ": a cached error, kept for 5 min at the most";  // RFC 9520 §3.2
  if (sample.outcome == probes::DnsOutcome::kAnswered && sample.rcode == probes::kRcodeRefused) {
    return ": a rate limit, or an access list that does not have us";
  }
  return "";
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
      "{} fails for {} since {} ({}{}){}", via, name.dialer->dialer.host, base::FormatClock(finding.since),
      AnswerText(*failure->sample), ReasonOf(*failure->sample),
      well == 0 ? "" : ", while it answers for " + base::Count(static_cast<std::size_t>(well), "other name"));
  finding.evidence = EvidenceFor(*name.dialer, is_failure);
  finding.affected = {finding.subject.dialer};
  finding.advice = {"see whether the other resolvers answer: if none does, look at the authority and at DNSSEC first",
                    fmt::format("else let clients and servers that use {} ask another resolver meanwhile", via),
                    "an extended error in the evidence says what the resolver could not do"};
  return finding;
}

}  // namespace

std::vector<Finding> DnsFailing(const Situation& situation) {
  std::vector<Finding> findings;
  const auto cases = CasesOf(situation);
  const auto standings = StandingsOf(situation, cases);
  const auto fair = FairStandingsOf(situation, cases);
  for (std::size_t i = 0; i < standings.size(); ++i) {
    const ResolverStanding& resolver = standings[i];
    const bool replies = !resolver.silent() || situation.picture.references().Replies(resolver.resolver->name);
    if (!replies || IsDown(situation, fair, fair[i])) continue;
    const DialerCase* told = nullptr;  // one finding for all types of a dialer
    for (const NameStanding& name : resolver.names) {
      if (!name.failing || name.dialer == told) continue;
      if (FailuresOf(situation.picture, resolver, name) < kRunning) continue;
      if (name.silent && !WorksForOthers(situation, resolver, name)) continue;
      findings.push_back(TellFailing(situation, resolver, name));
      told = name.dialer;
    }
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
