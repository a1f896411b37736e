#include "diagnosis/rules/ttl_copies.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/duration_text.h"
#include "diagnosis/advice.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/dns/confirmation.h"
#include "diagnosis/evidence.h"
#include "probes/dns/record_fields.h"

namespace dialwatch::diagnosis {
namespace {

using base::DescribeDuration;
using std::chrono::seconds;

constexpr seconds kSlack{2};  // clocks and rounding

// What the authority says about the name that copies are of.
struct Origin {
  const config::Dialer& dialer;
  const NameView& name;
  // Of any link at any server; nothing where the authority gives no answer now, for then nothing can be said.
  std::optional<seconds> ttl_now = {};
};

// One copy, by its newest sighting.
struct HeldCopy {
  const Origin& origin;
  const Sighting& sighting;
  int count = 1;  // sightings

  seconds ttl() const { return seconds(sighting.ttl); }
  seconds longest_past_ttl() const { return origin.name.history.LongestTtl(sighting.at); }
  const std::string& resolver() const { return sighting.said->sample.via.name; }
};

bool IsImpossible(const HeldCopy& copy) {
  const auto ttl_now = copy.origin.ttl_now;
  return ttl_now && copy.ttl() > *ttl_now + kSlack && copy.ttl() > copy.longest_past_ttl() + kSlack;
}

bool IsLingering(const HeldCopy& copy) {
  const Duration limit = copy.origin.dialer.ttl_max;
  const auto ttl_now = copy.origin.ttl_now;
  return ttl_now && *ttl_now <= limit && copy.ttl() > limit + kSlack && copy.ttl() <= copy.longest_past_ttl() + kSlack;
}

using IsWanted = bool (*)(const HeldCopy&);

// The copies of one resolver that are there as of its newest sighting, and wanted: all of these have a TTL above the
// limit or the authority's, which most names' have not.
void FindHeld(const Origin& origin, const Sightings& seen, IsWanted is_wanted, std::vector<HeldCopy>& held) {
  const Duration highest = seen.highest_ttl();
  if (!origin.ttl_now || (highest <= *origin.ttl_now && highest <= origin.dialer.ttl_max)) return;
  const auto sightings = seen.all();
  for (const CachedCopy& copy : CopiesOf(sightings)) {
    const HeldCopy candidate{origin, *copy.seen.back(), static_cast<int>(copy.seen.size())};
    if (copy.seen.back()->said->answers.empty() || !is_wanted(candidate)) continue;
    if (!IsGone(copy, sightings, sightings.back().at)) held.push_back(candidate);
  }
}

bool ShowsTheSame(const Judgement& judgement, const HeldCopy& copy) {
  const DnsSample &sample = *judgement.sample, &said = copy.sighting.said->sample;
  return sample.via == said.via && sample.type == said.type &&
         IsSameExpiry(sample.at + CopyTtl(sample), copy.sighting.expiry());
}

// Rows for the copies, then those for the other vantage points.
std::vector<EvidenceRow> EvidenceOn(const DialerCase& dialer, const std::vector<HeldCopy>& held) {
  const auto is_held = [&](const Judgement& judgement) {
    return !IsAuthority(judgement) &&
           std::any_of(held.begin(), held.end(), [&](const HeldCopy& copy) { return ShowsTheSame(judgement, copy); });
  };
  auto rows = EvidenceFor(dialer, is_held);
  for (const HeldCopy& copy : held) {
    const bool shown = std::any_of(dialer.judgements.begin(), dialer.judgements.end(),
                                   [&](const Judgement& judgement) { return ShowsTheSame(judgement, copy); });
    if (shown) continue;
    Judgement hidden;
    hidden.sample = std::make_shared<const DnsSample>(copy.sighting.ToSample());
    hidden.verdict = Verdict::kOk;
    hidden.newest = false;
    rows.insert(rows.begin(), RowOf(hidden));
  }
  return rows;
}

Finding Tell(const DialerCase& dialer, const std::vector<HeldCopy>& held, std::string (*sentence)(const HeldCopy&)) {
  const HeldCopy& longest = *std::max_element(held.begin(), held.end(), [](const HeldCopy& a, const HeldCopy& b) {
    return a.sighting.expiry() < b.sighting.expiry();
  });
  Finding finding;
  finding.subject.dialer = dialer.dialer.name;
  finding.subject.resolver = longest.resolver();
  finding.since = longest.sighting.at;
  finding.eta = longest.sighting.expiry();
  finding.summary = sentence(longest);
  finding.evidence = EvidenceOn(dialer, held);
  finding.affected = {dialer.dialer.name};
  int count = 0;
  for (const HeldCopy& copy : held) count += copy.count;
  if (count < kSightingsOfAFact) finding.severity = Severity::kInfo;  // one odd reply wakes nobody
  return finding;
}

// One finding for each dialer and resolver that holds such a copy; the one that lives the longest speaks.
std::vector<Finding> FindCopies(const Situation& situation, IsWanted is_wanted,
                                std::string (*sentence)(const HeldCopy&)) {
  std::vector<Finding> findings;
  for (const DialerCase& dialer : CasesOf(situation)) {
    std::vector<Origin> origins;  // by type
    origins.reserve(dialer.dialer.types.size());
    std::map<std::string, std::vector<HeldCopy>> by_resolver;
    for (const RecordType type : dialer.dialer.types) {
      const NameView* name = situation.picture.Find({dialer.dialer.host, type});
      if (name == nullptr) continue;
      const Reference reference = ReferenceOf(*name);
      const Origin& origin =
          origins.emplace_back(Origin{dialer.dialer, *name, reference.exists() ? reference.ttl : std::nullopt});
      for (const auto& [resolver, through] : name->through) {
        FindHeld(origin, through.sightings, is_wanted, by_resolver[resolver]);
      }
    }
    for (const auto& [resolver, held] : by_resolver) {
      if (!held.empty()) findings.push_back(Tell(dialer, held, sentence));
    }
  }
  return findings;
}

std::string SayImpossible(const HeldCopy& copy) {
  return fmt::format("{} holds {} with {} left, longer than any TTL seen at the authority ({} at most since {})",
                     copy.resolver(), copy.origin.dialer.host, DescribeDuration(copy.ttl()),
                     DescribeDuration(std::max(copy.longest_past_ttl(), copy.origin.ttl_now.value_or(seconds(0)))),
                     base::FormatRfc3339Seconds(copy.origin.name.history.entries().front().first_seen));
}

std::string SayLingering(const HeldCopy& copy) {
  return fmt::format("{} holds {} with {} left, from before the authority lowered its TTL from {} to {}",
                     copy.resolver(), copy.origin.dialer.host, DescribeDuration(copy.ttl()),
                     DescribeDuration(copy.longest_past_ttl()),
                     DescribeDuration(copy.origin.ttl_now.value_or(seconds(0))));
}

// The TTL that the authority gave, by the signature over the answer; the highest of all links.
std::optional<seconds> SignedTtl(const DnsSample& sample) {
  std::optional<seconds> highest;
  for (const auto& record : sample.answers) {
    if (record.type != RecordType::kRrsig) continue;
    if (const auto fields = probes::ReadRrsig(record)) {
      highest = std::max(highest, std::optional(seconds(fields->original_ttl)));
    }
  }
  return highest;
}

// Copies whose signature shows what their TTL does not show any more: that they came with a TTL above the limit.
void FindSigned(const Situation& situation, std::vector<Finding>& findings) {
  for (const DialerCase& dialer : CasesOf(situation)) {
    for (const Judgement& judgement : dialer.judgements) {
      if (IsAuthority(judgement) || !HasAnswer(*judgement.sample)) continue;
      const DnsSample& sample = *judgement.sample;
      const Duration limit = dialer.dialer.ttl_max;
      const auto signed_ttl = SignedTtl(sample);
      if (!signed_ttl || *signed_ttl <= limit) continue;
      const Reference reference = ReferenceOf(*situation.picture.Find({sample.host, sample.type}));
      if (reference.ttl && *reference.ttl > limit) continue;  // that is ttl-policy, said of the authority itself
      Finding finding;
      finding.subject.dialer = dialer.dialer.name;
      finding.subject.resolver = sample.via.name;
      if (IsTold(findings, finding.subject)) continue;
      finding.since = sample.at;
      finding.eta = sample.at + CopyTtl(sample);
      finding.summary = fmt::format(
          "{} holds {} as the authority gave it with a TTL of {} (so its signature says), above the limit of {}",
          sample.via.name, dialer.dialer.host, DescribeDuration(*signed_ttl), DescribeDuration(limit));
      finding.evidence = EvidenceFor(dialer, [&](const Judgement& each) { return &each == &judgement; });
      finding.affected = {dialer.dialer.name};
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

std::vector<Finding> TtlImpossible(const Situation& situation) {
  auto findings = FindCopies(situation, IsImpossible, SayImpossible);
  for (Finding& finding : findings) {
    finding.advice = {FlushAdvice(finding.subject.resolver, situation.settings),
                      "where the resolver is your own, look for a minimum TTL or an override in its configuration",
                      "do not change the address meanwhile: the change would not reach its clients"};
  }
  return findings;
}

std::vector<Finding> TtlLingering(const Situation& situation) {
  auto findings = FindCopies(situation, IsLingering, SayLingering);
  FindSigned(situation, findings);
  for (Finding& finding : findings) {
    finding.advice = {"do not change the address before the copy is gone: the change would not reach its clients",
                      "if it must be now, " + FlushAdvice(finding.subject.resolver, situation.settings)};
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
