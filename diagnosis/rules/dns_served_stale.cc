#include "diagnosis/rules/dns_served_stale.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/duration_text.h"
#include "diagnosis/answer.h"
#include "diagnosis/reply_signs.h"
#include "diagnosis/rules/content_finding.h"

namespace dialwatch::diagnosis {
namespace {

constexpr std::size_t kRunning = 3;
constexpr Duration kSpan = std::chrono::seconds(2);       // TTLs that count down have changed by then
constexpr std::uint32_t kStaleTtl = 30;                   // seconds, RFC 8767 §4
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

std::string SayServedStale(const Exhibit& exhibit) {
  const std::string errors = exhibit.ExtendedErrors();
  return fmt::format("{} serves {} for {} from a copy that has run out{}{}; right is {}", exhibit.via(),
                     exhibit.answer(), exhibit.host(), errors.empty() ? "" : " (" + errors + ")", Reachability(exhibit),
                     exhibit.reference());
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
  return !sample.extended_errors.empty() || CopyTtl(sample).count() <= kStaleTtl;
}

// The latest answers do not age, and say so or look like it (RFC 8767 §5).
bool LatestAreStale(const NameView& name, std::span<const Sighting> sightings) {
  if (sightings.size() < kRunning) return false;
  const auto latest = sightings.last(kRunning);
  if (latest.back().at - latest.front().at <= kSpan) return false;
  const bool authority_fails = !name.authorities.empty() && !AnsweringFor(name);
  return std::all_of(latest.begin(), latest.end(), [&](const Sighting& each) {
    if (each.said->answers != latest.front().said->answers || Fails(each.said->sample)) return false;
    return SaysStale(each.said->sample) ||
           (authority_fails && each.ttl > 0 && each.ttl <= kStaleTtl && each.ttl == latest.front().ttl);
  });
}

// The right answer, but served stale: it is right by luck only.
std::vector<Finding> FindRightButStale(const Situation& situation) {
  std::vector<Finding> findings;
  for (const DialerCase& dialer : CasesOf(situation)) {
    for (const Judgement& judgement : dialer.judgements) {
      if (IsAuthority(judgement) || judgement.verdict != Verdict::kOk || !MayBeStale(*judgement.sample)) continue;
      const Exhibit exhibit{situation, dialer, judgement};
      const ThroughResolver* through = exhibit.name().Through(exhibit.via());
      if (through == nullptr || !LatestAreStale(exhibit.name(), through->sightings.all())) continue;
      const bool told = !findings.empty() && findings.back().subject.dialer == dialer.dialer.name &&
                        findings.back().subject.resolver == exhibit.via();
      if (told) continue;  // another address of the resolver, or another type
      Finding finding;
      finding.subject.dialer = dialer.dialer.name;
      finding.subject.resolver = exhibit.via();
      finding.since = judgement.sample->at;
      const std::string errors = exhibit.ExtendedErrors();
      finding.summary = fmt::format("{} serves {} for {} from a copy that has run out{}{}; it is still right",
                                    exhibit.via(), exhibit.answer(), exhibit.host(),
                                    errors.empty() ? "" : " (" + errors + ")", Reachability(exhibit));
      finding.evidence = EvidenceFor(dialer, [&](const Judgement& each) { return &each == &judgement; });
      finding.affected = {dialer.dialer.name};
      finding.advice = AdviseOnStale(exhibit);
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

}  // namespace

std::vector<Finding> DnsServedStale(const Situation& situation) {
  auto findings = FindVerdict(situation, Verdict::kServedStale, SayServedStale, AdviseOnStale);
  for (Finding& finding : FindRightButStale(situation)) {
    const bool told = std::any_of(findings.begin(), findings.end(),
                                  [&](const Finding& each) { return each.subject == finding.subject; });
    if (!told) findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
