#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/dns/sightings.h"

// The copies that a resolver's caches hold of a name, as far as can be told from outside. Behind one address there may
// be many caches, each with a copy of its own.
namespace dialwatch::diagnosis {

// Sightings of one answer that run out at the same moment, at machines that do not name themselves differently (NSID).
struct CachedCopy {
  TimePoint expiry;
  std::vector<const Sighting*> seen;  // by time, at least one
  std::string_view nsid = {};         // of the machine, once it is known

  TimePoint first_seen() const { return seen.front()->at; }
  TimePoint last_seen() const { return seen.back()->at; }
};

// Whether two sightings may be of one copy: TTLs are whole seconds, and replies take their time.
constexpr bool IsSameExpiry(TimePoint a, TimePoint b) {
  return std::chrono::abs(a - b) <= std::chrono::milliseconds(1500);
}

// All copies, by first sight. Replies without a TTL and failures are none. Valid as long as `sightings`.
std::vector<CachedCopy> CopiesOf(std::span<const Sighting> sightings);

// Whether the copy has run out by `now`, or so many answers at its addresses came without it that it must have been
// dropped: at the least share it had (WilsonInterval), chance would hide it for so long in under kChance of all cases.
constexpr double kChance = 0.15;
bool IsGone(const CachedCopy& copy, std::span<const Sighting> sightings, TimePoint now);

// How many of these copies were there at once, and so in caches of their own: a lower bound for all there are.
int AtOnce(const std::vector<CachedCopy>& copies);

// How far wrong answers are spread over a resolver's caches.
struct Spread {
  int copies = 0;                  // wrong ones, at least
  int wrong = 0, answers = 0;      // since the first wrong one
  std::optional<TimePoint> until;  // when the last wrong copy seen has run out; nothing where none is kept

  // "7 of 24 answers are wrong (15–49 %), from at least 2 copies". Empty while there is one copy and all answers are
  // wrong.
  std::string ToString() const;
  bool operator==(const Spread&) const = default;
};

}  // namespace dialwatch::diagnosis
