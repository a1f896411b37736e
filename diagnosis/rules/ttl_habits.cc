#include "diagnosis/rules/ttl_habits.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/duration_text.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/dns/copies.h"
#include "diagnosis/dns/reply_signs.h"
#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {
namespace {

using base::DescribeDuration;
using std::chrono::seconds;

constexpr seconds kSlack{2};             // clocks and rounding
constexpr Duration kApart = seconds(1);  // TTLs are whole seconds: closer looks say nothing new
constexpr int kFrozenLooks = 3;
constexpr std::size_t kCapSamples = 20;
constexpr std::size_t kCapRefills = 3;

// How long copies live that are fresh from the authority: the shortest and the longest by what its servers give.
struct FreshTtl {
  seconds lowest{0}, highest{0};
};

std::optional<FreshTtl> FreshTtlOf(const NameView& name) {
  std::optional<FreshTtl> fresh;
  for (const DnsSeries& series : name.authorities) {
    if (!IsAuthoritative(*series.newest) || !HasAnswer(*series.newest)) continue;
    const seconds ttl = CopyTtl(*series.newest);
    if (!fresh) fresh = {ttl, ttl};
    fresh->lowest = std::min(fresh->lowest, ttl);
    fresh->highest = std::max(fresh->highest, ttl);
  }
  return fresh;
}

// The TTL that all answers have, where that cannot be chance: looks that lie apart, but less than the TTL, so that a
// fresh copy each time does not explain it. The authority's own TTL is what fresh copies have, each from another cache;
// any other TTL would have been seen to run down.
std::optional<seconds> FrozenTtl(const Sightings& seen, const FreshTtl& authority) {
  std::optional<std::uint32_t> ttl;
  const Sighting *first = nullptr, *last = nullptr;
  int looks = 0;
  for (const Sighting& each : seen.all()) {
    if (each.said->answers.empty()) continue;
    if (SaysStale(each.said->sample) || each.ttl != ttl.value_or(each.ttl)) return std::nullopt;
    if (last != nullptr && each.said->answers != last->said->answers) return std::nullopt;
    ttl = each.ttl;
    if (first == nullptr) first = last = &each;
    const Duration apart = each.at - last->at;
    if (looks > 0 && apart < kApart) continue;
    if (looks > 0 && apart >= seconds(each.ttl)) looks = 0;  // it may have run out and come again in between
    ++looks;
    if (looks == 1) first = &each;
    last = &each;
  }
  if (!ttl || *ttl == 0 || looks < kFrozenLooks || last->at - first->at <= kSlack) return std::nullopt;
  const bool is_fresh = seconds(*ttl) + kSlack >= authority.lowest && seconds(*ttl) <= authority.highest + kSlack;
  return is_fresh ? std::nullopt : std::optional(seconds(*ttl));
}

// The highest TTL of many answers, where it is below the authority's although several copies were fetched meanwhile:
// each was seen, once it was there, within the longest gap between two looks.
std::optional<seconds> Cap(const Sightings& seen, const FreshTtl& authority) {
  const auto sightings = seen.all();
  if (sightings.size() < kCapSamples || seen.highest_ttl() >= authority.lowest) return std::nullopt;
  seconds highest{0};
  std::size_t samples = 0;
  Duration gap{0};
  const Sighting* before = nullptr;
  for (const Sighting& each : sightings) {
    if (each.said->answers.empty() || SaysStale(each.said->sample)) continue;
    if (before != nullptr) gap = std::max(gap, Duration(each.at - before->at));
    before = &each;
    ++samples;
    highest = std::max(highest, seconds(each.ttl));
  }
  if (samples < kCapSamples || highest.count() == 0 || highest + gap + kSlack >= authority.lowest) return std::nullopt;
  return CopiesOf(sightings).size() > kCapRefills ? std::optional(highest) : std::nullopt;
}

using Habit = std::optional<seconds> (*)(const Sightings&, const FreshTtl& authority);

std::vector<Finding> FindHabits(const Situation& situation, Habit habit,
                                std::string (*sentence)(const std::string& resolver, const std::string& host,
                                                        seconds ttl, seconds authority)) {
  std::vector<Finding> findings;
  for (const DialerCase& dialer : CasesOf(situation)) {
    for (const RecordType type : dialer.dialer.types) {
      const NameView* name = situation.picture.Find({dialer.dialer.host, type});
      if (name == nullptr) continue;
      const auto fresh = FreshTtlOf(*name);
      if (!fresh) continue;
      for (const auto& [resolver, through] : name->through) {
        const auto ttl = habit(through.sightings, *fresh);
        if (!ttl) continue;
        Finding finding;
        finding.subject.dialer = dialer.dialer.name;
        finding.subject.resolver = resolver;
        if (IsTold(findings, finding.subject)) continue;
        finding.since = through.sightings.all().front().at;
        finding.summary = sentence(resolver, dialer.dialer.host, *ttl, fresh->lowest);
        const auto is_of = [&, &via = resolver](const Judgement& judgement) {
          return IsOf(judgement, via) && judgement.sample->type == type;
        };
        finding.evidence = EvidenceFor(dialer, is_of);
        finding.affected = {dialer.dialer.name};
        findings.push_back(std::move(finding));
      }
    }
  }
  return findings;
}

std::string SayFrozen(const std::string& resolver, const std::string& host, seconds ttl, seconds authority) {
  return fmt::format("{} gives {} with a TTL of {} each time, which does not count down; the authority gives {}",
                     resolver, host, DescribeDuration(ttl), DescribeDuration(authority));
}

std::string SayCapped(const std::string& resolver, const std::string& host, seconds ttl, seconds authority) {
  return fmt::format("{} keeps {} for {} at the most, where the authority allows {}", resolver, host,
                     DescribeDuration(ttl), DescribeDuration(authority));
}

}  // namespace

std::vector<Finding> TtlFrozen(const Situation& situation) {
  auto findings = FindHabits(situation, FrozenTtl, SayFrozen);
  for (Finding& finding : findings) {
    finding.advice = {
        fmt::format("look for local data, a policy zone (RPZ) or an override for the name in {}, if it is your own",
                    finding.subject.resolver),
        fmt::format(
            "else ask {} over TLS or HTTPS as well: if the TTL counts down there, something on the path answers",
            finding.subject.resolver),
        "a change at the authority may never reach its clients: try one before you rely on it"};
  }
  return findings;
}

std::vector<Finding> TtlCapped(const Situation& situation) {
  auto findings = FindHabits(situation, Cap, SayCapped);
  for (Finding& finding : findings) {
    finding.severity = Severity::kInfo;
    finding.advice = {
        "nothing is wrong: changes arrive sooner there, and an outage of the authority is felt sooner too"};
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
