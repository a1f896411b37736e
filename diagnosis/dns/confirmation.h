#pragma once

#include <vector>

#include "diagnosis/dns/copies.h"
#include "diagnosis/dns/verdict.h"

// What all sightings of a name at one resolver make of its wrong answers: whether they are facts, how far they are
// spread, and which of them the newest samples hide.
namespace dialwatch::diagnosis {

// Exchanges that must show a wrong answer before anybody is woken: one reply may be forged, garbled, or from a machine
// that is just being mended.
constexpr int kSightingsOfAFact = 2;
constexpr std::size_t kLatest = 3;  // "2 of 3"

// The sightings of a name at one resolver, each with its verdict. Valid as long as what it was made of.
struct Account {
  std::span<const Sighting> sightings;
  std::vector<Verdict> verdicts;  // as many
  TimePoint as_of;                // the last look, so that no verdict changes by mere waiting
};
Account AccountOf(const Measure& measure, const ThroughResolver& through, std::span<const DnsSeries> newest);

// Whether nothing in the sightings is wrong: a quick look, for most are.
bool IsAllRight(const Measure& measure, std::span<const Sighting> sightings);

// Two exchanges showed this very answer, or two of the latest three a wrong one: several machines may stand behind the
// address, of which one is wrong. For failed validation: two of the latest three.
bool IsConfirmed(const Account& account, const DnsSample& sample, Verdict verdict);

// Nothing where no answer is wrong.
std::optional<Spread> SpreadOf(const Account& account);

// The newest sighting of each wrong copy that is confirmed, still there, and not shown by any of the resolver's
// `newest` samples; of copies that may have followed one another in one cache only the last. At most kMostHidden.
constexpr std::size_t kMostHidden = 8;
std::vector<std::pair<const Sighting*, Verdict>> HiddenCopies(const Account& account,
                                                              std::span<const DnsSeries> newest);

}  // namespace dialwatch::diagnosis
