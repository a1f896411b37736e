#include "diagnosis/rules/dns_served_stale.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/duration_text.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/dns/reply_signs.h"
#include "diagnosis/rules/content_finding.h"

namespace dialwatch::diagnosis {
namespace {

constexpr std::size_t kLatest = 3;
constexpr Duration kSpan = std::chrono::seconds(2);       // TTLs that count down have changed by then
constexpr Duration kReachable = std::chrono::minutes(5);  // the authority has been there long enough for anybody

// How long the authority has answered us; nothing where it does not.
std::optional<Duration> AnsweringFor(const NameView& name) {
  std::optional<Duration> longest;
  for (const DnsSeries& series : name.authorities) {
    if (series.failures > 0) continue;
    longest = std::max(longest, std::optional<Duration>(series.newest->at - series.answering_since));
  }
  return longest;
}

std::string Reachability(const Exhibit& exhibit) {
  const auto answering = AnsweringFor(exhibit.name());
  if (!answering || *answering <= kReachable) return "";
  return fmt::format(", although the authority has answered us for {}", base::DescribeDuration(*answering));
}

std::string SayStaleCopy(const Exhibit& exhibit) {
  const std::string errors = exhibit.ExtendedErrors();
  return fmt::format("{} serves {} for {} from a copy that has run out{}{}", exhibit.via(), exhibit.answer(),
                     exhibit.host(), errors.empty() ? "" : " (" + errors + ")", Reachability(exhibit));
}

std::string SayServedStale(const Exhibit& exhibit) {
  return SayStaleCopy(exhibit) + "; right is " + exhibit.reference();
}

std::vector<std::string> AdviseOnStale(const Exhibit& exhibit) {
  const auto answering = AnsweringFor(exhibit.name());
  if (answering && *answering > kReachable) {
    return {fmt::format("tell the operator of {} that its way to the authority is closed: for us it is open",
                        exhibit.via()),
            "where the resolver is your own, look at its firewall and its forwarders"};
  }
  return {"see whether the authority can be reached: resolvers serve what has run out only while it cannot",
          "do not flush meanwhile: what is served stale is what keeps clients going"};
}

// A quick look, for most are not.
bool MayBeStale(const DnsSample& sample) {
  return !sample.extended_errors.empty() || CopyTtl(sample) <= kStaleTtl;
}

// The latest answers do not age, and say so or look like it (RFC 8767 §5).
bool LatestAreStale(const NameView& name, std::span<const Sighting> sightings) {
  if (sightings.size() < kLatest) return false;
  const auto latest = sightings.last(kLatest);
  if (latest.back().at - latest.front().at <= kSpan) return false;
  const bool authority_fails = !name.authorities.empty() && !AnsweringFor(name);
  return std::all_of(latest.begin(), latest.end(), [&](const Sighting& each) {
    if (each.said->answers != latest.front().said->answers || Fails(each.said->sample)) return false;
    return SaysStale(each.said->sample) ||
           (authority_fails && each.ttl > 0 && std::chrono::seconds(each.ttl) <= kStaleTtl &&
            each.ttl == latest.front().ttl);
  });
}

// The right answer, but served stale: it is right by luck only.
void FindRightButStale(const Situation& situation, std::vector<Finding>& findings) {
  for (const DialerCase& dialer : CasesOf(situation)) {
    for (const Judgement& judgement : dialer.judgements) {
      if (IsAuthority(judgement) || judgement.verdict != Verdict::kOk || !MayBeStale(*judgement.sample)) continue;
      const Exhibit exhibit{situation, dialer, judgement};
      const ThroughResolver* through = exhibit.name().Through(exhibit.via());
      if (through == nullptr || !LatestAreStale(exhibit.name(), through->sightings.all())) continue;
      Finding finding;
      finding.subject.dialer = dialer.dialer.name;
      finding.subject.resolver = exhibit.via();
      if (IsTold(findings, finding.subject)) continue;
      finding.since = judgement.sample->at;
      finding.summary = SayStaleCopy(exhibit) + "; it is still right";
      finding.evidence = EvidenceFor(dialer, [&](const Judgement& each) { return &each == &judgement; });
      finding.affected = {dialer.dialer.name};
      finding.advice = AdviseOnStale(exhibit);
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

std::vector<Finding> DnsServedStale(const Situation& situation) {
  auto findings = FindVerdict(situation, Verdict::kServedStale, SayServedStale, AdviseOnStale);
  FindRightButStale(situation, findings);
  return findings;
}

}  // namespace dialwatch::diagnosis
