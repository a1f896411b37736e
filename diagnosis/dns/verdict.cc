#include "diagnosis/dns/verdict.h"

#include <algorithm>
#include <utility>

#include "diagnosis/dns/answer.h"
#include "diagnosis/dns/copies.h"
#include "diagnosis/dns/reply_signs.h"
#include "probes/dns/extended_error.h"

namespace dialwatch::diagnosis {
namespace {

using Answers = std::vector<std::string>;
using std::chrono::seconds;

// Clocks, rounding, and the time that a reply takes.
constexpr Duration kSlack = seconds(30);

// While the authority cannot be asked, its last word is the measure for this long; later it may have changed its mind.
constexpr Duration kLastWordCounts = std::chrono::hours(1);

// A copy that was seen with more time left than serve-stale gives is one that runs down.
bool RunsDown(const std::vector<std::string>& answers, TimePoint expiry, std::span<const Sighting> sightings) {
  return std::any_of(sightings.begin(), sightings.end(), [&](const Sighting& each) {
    return seconds(each.ttl) > kStaleTtl && IsSameExpiry(each.expiry(), expiry) && each.said->answers == answers;
  });
}

// A cache that cannot be filled fails, while another one behind the same address has a copy still, asked with CD=1 or
// not.
bool LacksAuthority(const DnsSample& sample, bool silent_for_us) {
  return silent_for_us || probes::HasExtendedError(sample, probes::ede::kNoReachableAuthority) ||
         probes::HasExtendedError(sample, probes::ede::kNetworkError);
}

}  // namespace

// A reply with NOERROR or NXDOMAIN, whether it has just come or was seen before.
struct Measure::Reply {
  const DnsSample& sample;
  const Answers& answers;
  TimePoint at;
  seconds ttl;
};

Measure::Measure(const config::Dialer& dialer, const NameView& name, RecordType type)
    : dialer_(dialer), name_(name), reference_(ReferenceOf(name)), expectation_(dialer, type) {}

Verdict Measure::OfAuthority(const DnsSample& sample) const {
  if (Fails(sample)) return Verdict::kFailing;
  if (!IsAuthoritative(sample)) return Verdict::kUnknown;
  const Answers answers = AnswersOf(sample);
  if (expectation_.exists()) return expectation_.Meets(answers) ? Verdict::kOk : Verdict::kUnexpected;
  // a dialer is expected to have some address, though not one of every type that is watched; one that it had is missed
  const bool missing = sample.rcode == probes::kRcodeNxDomain ||
                       (answers.empty() && (dialer_.types.size() == 1 || name_.history.HadAnswers()));
  return missing ? Verdict::kUnexpected : Verdict::kOk;
}

Verdict Measure::OfResolver(const DnsSample& sample, const ThroughResolver& through) const {
  if (Fails(sample)) return OfFailure(sample, through);
  const Answers answers = AnswersOf(sample);
  return OfContent({sample, answers, sample.at, CopyTtl(sample)}, PastOf(answers), through);
}

Verdict Measure::OfSighting(const Sighting& sighting, const HistoryEntry* past, const ThroughResolver& through) const {
  const Statement& said = *sighting.said;
  if (Fails(said.sample)) return OfFailure(said.sample, through);
  return OfContent({said.sample, said.answers, sighting.at, seconds(sighting.ttl)}, past, through);
}

// The order is that of the table in docs/findings.md.
Verdict Measure::OfFailure(const DnsSample& sample, const ThroughResolver& through) const {
  if (sample.outcome != probes::DnsOutcome::kAnswered) return Verdict::kFailing;
  if (SaysDnssec(sample)) return Verdict::kDnssec;
  const DnsSample* unchecked = through.unchecked.get();
  const bool only_validation_fails = sample.rcode == probes::kRcodeServFail && unchecked != nullptr &&
                                     HasAnswer(*unchecked) && unchecked->at >= through.streak.since;
  const bool silent_for_us = !name_.authorities.empty() && !reference_.known();
  if (only_validation_fails && !LacksAuthority(sample, silent_for_us)) return Verdict::kDnssec;
  return SaysFiltered(sample) ? Verdict::kFiltered : Verdict::kFailing;
}

Verdict Measure::OfContent(const Reply& reply, const HistoryEntry* past, const ThroughResolver& through) const {
  const bool denial = reply.answers.empty();
  if (IsRight(reply.answers)) return Verdict::kOk;
  if (past != nullptr) {
    if (MayStillBeOut(*past, reply.at, reply.ttl)) return Verdict::kPropagating;
    const bool looks_stale = !denial && reply.ttl <= kStaleTtl && past->ttl > kStaleTtl &&
                             !RunsDown(reply.answers, reply.at + reply.ttl, through.sightings.all());
    if (SaysStale(reply.sample) || looks_stale) return Verdict::kServedStale;
    if (!denial) return Verdict::kStale;
  }
  const auto should_exist = ShouldExist(reply.at);
  if (!should_exist || (denial && !*should_exist)) return Verdict::kUnknown;
  if (SaysFiltered(reply.sample) || (IsSinkhole(reply.answers) && !HasSpecialAddresses())) return Verdict::kFiltered;
  return denial ? Verdict::kDenied : Verdict::kBogus;
}

bool Measure::IsRight(const Answers& answers) const {
  if (expectation_.exists() && expectation_.Meets(answers)) return true;
  const auto& now = reference_.answers;
  if (reference_.known()) return std::find(now.begin(), now.end(), answers) != now.end();
  const HistoryEntry* last_word = name_.history.Newest();
  return last_word != nullptr && last_word->answers == answers;
}

const HistoryEntry* Measure::PastOf(const Answers& answers) const {
  return name_.history.Find(answers);
}

// Whether the authority, or `expect`, would have this name exist; nothing where neither can tell.
std::optional<bool> Measure::ShouldExist(TimePoint at) const {
  if (reference_.known()) return reference_.exists();
  if (expectation_.exists()) return true;
  if (name_.authorities.empty()) return std::nullopt;  // not asked yet: its word is on the way
  const HistoryEntry* last_word = name_.history.Newest();
  if (last_word == nullptr || at > last_word->last_seen + kLastWordCounts) return std::nullopt;
  return !last_word->answers.empty();
}

// Whether a past answer may still be out there: within the TTL it had. Where that TTL was above the policy's limit, the
// copy must be gone within the limit all the same: a day's TTL that the authority gave for a moment excuses nobody who
// serves the answer for a day.
bool Measure::MayStillBeOut(const HistoryEntry& past, TimePoint at, seconds ttl) const {
  const TimePoint cached_until = name_.history.CachedUntil(past);
  if (past.ttl <= dialer_.ttl_max) return at <= cached_until + kSlack;
  return at + ttl <= cached_until - past.ttl + dialer_.ttl_max + kSlack;
}

// A dialer inside of a private network is no sinkhole.
bool Measure::HasSpecialAddresses() const {
  const HistoryEntry* last_word = name_.history.Newest();
  return std::any_of(reference_.answers.begin(), reference_.answers.end(), IsSinkhole) ||
         (last_word != nullptr && IsSinkhole(last_word->answers)) ||
         std::any_of(dialer_.expect.begin(), dialer_.expect.end(),
                     [](const base::IpPrefix& network) { return network.address.IsSpecialPurpose(); });
}

std::optional<TimePoint> Measure::HealsAt(const DnsSample& sample, Verdict verdict) const {
  if (CopyTtl(sample).count() == 0) return std::nullopt;  // no copy: it is made up anew each time
  const TimePoint expiry = sample.at + CopyTtl(sample);
  if (verdict == Verdict::kPropagating) {
    const auto* past = PastOf(AnswersOf(sample));
    return std::min(expiry, past == nullptr ? expiry : name_.history.CachedUntil(*past));
  }
  // what is served stale lasts until the resolver reaches the authority again, and a blocklist as long as it likes
  const bool heals = IsWrong(verdict) && verdict != Verdict::kServedStale && verdict != Verdict::kFiltered;
  return heals ? std::optional(expiry) : std::nullopt;
}

bool IsWrong(Verdict verdict) {
  switch (verdict) {
    case Verdict::kServedStale:
    case Verdict::kStale:
    case Verdict::kFiltered:
    case Verdict::kDenied:
    case Verdict::kBogus:
      return true;
    default:
      return false;
  }
}

bool NeedsConfirmation(Verdict verdict) {
  return IsWrong(verdict) || verdict == Verdict::kDnssec;
}

bool Reference::exists() const {
  return std::any_of(answers.begin(), answers.end(), [](const Answers& each) { return !each.empty(); });
}

Reference ReferenceOf(const NameView& name) {
  Reference reference;
  for (const DnsSeries& series : name.authorities) {
    if (!IsAuthoritative(*series.newest)) continue;
    Answers answers = AnswersOf(*series.newest);
    auto& known = reference.answers;
    if (std::find(known.begin(), known.end(), answers) == known.end()) known.push_back(std::move(answers));
    for (const probes::DnsRecord& record : series.newest->answers) {
      reference.ttl = std::max(reference.ttl.value_or(seconds(0)), seconds(record.ttl));
    }
  }
  return reference;
}

}  // namespace dialwatch::diagnosis
