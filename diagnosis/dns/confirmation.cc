#include "diagnosis/dns/confirmation.h"

#include <algorithm>
#include <utility>

#include "diagnosis/dns/answer.h"

namespace dialwatch::diagnosis {
namespace {

bool SaysTheSame(const Statement& said, const DnsSample& sample) {
  return said.sample.rcode == sample.rcode && said.answers == AnswersOf(sample);
}

// The verdict on a copy is that on its newest sighting.
Verdict VerdictOn(const Account& account, const CachedCopy& copy) {
  return account.verdicts[static_cast<std::size_t>(copy.seen.back() - account.sightings.data())];
}

std::vector<CachedCopy> WrongCopies(const Account& account) {
  auto copies = CopiesOf(account.sightings);
  std::erase_if(copies, [&](const CachedCopy& copy) {
    return !IsWrong(VerdictOn(account, copy)) || IsGone(copy, account.sightings, account.as_of);
  });
  return copies;
}

bool Shows(const DnsSeries& series, const CachedCopy& copy) {
  const DnsSample& sample = *series.newest;
  return SaysTheSame(*copy.seen.back()->said, sample) && IsSameExpiry(sample.at + CopyTtl(sample), copy.expiry);
}

bool MayFollow(const CachedCopy& later, const CachedCopy& copy) {
  return later.first_seen() > copy.last_seen() && later.seen.back()->said->answers == copy.seen.back()->said->answers;
}

}  // namespace

Account AccountOf(const Measure& measure, const ThroughResolver& through, std::span<const DnsSeries> newest) {
  Account account{through.sightings.all(), {}, {}};
  if (!account.sightings.empty()) account.as_of = account.sightings.back().at;
  for (const DnsSeries& series : newest) account.as_of = std::max(account.as_of, series.newest->at);
  account.verdicts.reserve(account.sightings.size());
  std::vector<std::pair<const Statement*, const HistoryEntry*>> known;  // few statements are made again and again
  for (const Sighting& sighting : account.sightings) {
    const auto* said = sighting.said.get();
    auto past = std::find_if(known.begin(), known.end(), [&](const auto& each) { return each.first == said; });
    if (past == known.end()) past = known.insert(known.end(), {said, measure.PastOf(said->answers)});
    account.verdicts.push_back(measure.OfSighting(sighting, past->second, through));
  }
  return account;
}

bool IsAllRight(const Measure& measure, std::span<const Sighting> sightings) {
  const Statement *right = nullptr, *also_right = nullptr;
  return std::all_of(sightings.begin(), sightings.end(), [&](const Sighting& sighting) {
    const Statement* said = sighting.said.get();
    if (said == right || said == also_right) return true;
    if (!Fails(said->sample) && !measure.IsRight(said->answers)) return false;
    also_right = std::exchange(right, said);
    return true;
  });
}

bool IsConfirmed(const Account& account, const DnsSample& sample, Verdict verdict) {
  int same = 0, wrong = 0, alike = 0;  // the latter two of the latest
  for (std::size_t i = 0; i < account.sightings.size(); ++i) {
    const bool latest = i + kLatest >= account.sightings.size();
    if (SaysTheSame(*account.sightings[i].said, sample)) ++same;
    if (latest && IsWrong(account.verdicts[i])) ++wrong;
    if (latest && account.verdicts[i] == verdict) ++alike;
  }
  if (Fails(sample)) return alike >= kSightingsOfAFact;
  return same >= kSightingsOfAFact || wrong >= kSightingsOfAFact;
}

std::optional<Spread> SpreadOf(const Account& account) {
  Spread spread;
  for (std::size_t i = 0; i < account.sightings.size(); ++i) {
    if (Fails(account.sightings[i].said->sample)) continue;
    const bool wrong = IsWrong(account.verdicts[i]);
    if (wrong) ++spread.wrong;
    if (spread.wrong > 0) ++spread.answers;
  }
  if (spread.wrong == 0) return std::nullopt;
  const auto copies = WrongCopies(account);
  spread.copies = AtOnce(copies);
  for (const CachedCopy& copy : copies) spread.until = std::max(spread.until, std::optional(copy.expiry));
  return spread;
}

std::vector<std::pair<const Sighting*, Verdict>> HiddenCopies(const Account& account,
                                                              std::span<const DnsSeries> newest) {
  const auto copies = WrongCopies(account);
  std::vector<std::pair<const Sighting*, Verdict>> hidden;
  for (const CachedCopy& copy : copies) {
    const bool shown =
        std::any_of(newest.begin(), newest.end(), [&](const DnsSeries& series) { return Shows(series, copy); }) ||
        std::any_of(copies.begin(), copies.end(), [&](const CachedCopy& later) { return MayFollow(later, copy); });
    const Verdict verdict = VerdictOn(account, copy);
    if (!shown && IsConfirmed(account, copy.seen.back()->ToSample(), verdict)) {
      hidden.emplace_back(copy.seen.back(), verdict);
    }
  }
  std::sort(hidden.begin(), hidden.end(),
            [](const auto& a, const auto& b) { return a.first->expiry() > b.first->expiry(); });
  if (hidden.size() > kMostHidden) hidden.resize(kMostHidden);
  return hidden;
}

}  // namespace dialwatch::diagnosis
