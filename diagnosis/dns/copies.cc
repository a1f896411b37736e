#include "diagnosis/dns/copies.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "diagnosis/dns/answer.h"
#include "diagnosis/dns/wilson.h"

namespace dialwatch::diagnosis {
namespace {

bool Belongs(const Sighting& sighting, const CachedCopy& copy) {
  if (!IsSameExpiry(sighting.expiry(), copy.expiry)) return false;
  const Statement &a = *sighting.said, &b = *copy.seen.front()->said;
  const bool other_machine = !a.sample.nsid.empty() && !copy.nsid.empty() && a.sample.nsid != copy.nsid;
  return !other_machine && a.sample.rcode == b.sample.rcode && a.answers == b.answers;
}

}  // namespace

std::vector<CachedCopy> CopiesOf(std::span<const Sighting> sightings) {
  std::vector<CachedCopy> copies;
  for (const Sighting& sighting : sightings) {
    if (sighting.ttl == 0 || Fails(sighting.said->sample)) continue;
    // from the newest on: what was seen last is seen again, more often than not
    auto copy =
        std::find_if(copies.rbegin(), copies.rend(), [&](const CachedCopy& each) { return Belongs(sighting, each); });
    if (copy == copies.rend()) {
      copies.push_back({sighting.expiry(), {}});
      copy = copies.rbegin();
    }
    copy->seen.push_back(&sighting);
    if (copy->nsid.empty()) copy->nsid = sighting.said->sample.nsid;
  }
  return copies;
}

bool IsGone(const CachedCopy& copy, std::span<const Sighting> sightings, TimePoint now) {
  if (copy.expiry <= now) return true;
  int during = 0, since = 0;  // answers at the copy's addresses
  for (const Sighting& sighting : sightings) {
    if (sighting.at < copy.first_seen() || Fails(sighting.said->sample)) continue;
    const bool same_address = std::any_of(copy.seen.begin(), copy.seen.end(), [&](const Sighting* each) {
      return each->said->sample.via.server == sighting.said->sample.via.server;
    });
    if (same_address) ++(&sighting <= copy.seen.back() ? during : since);
  }
  const double share = WilsonInterval(static_cast<int>(copy.seen.size()), during).low;
  return std::pow(1 - share, since) < kChance;
}

int AtOnce(const std::vector<CachedCopy>& copies) {
  int most = 0;
  for (const CachedCopy& copy : copies) {  // the most are there when one of them is first seen
    const auto there = std::count_if(copies.begin(), copies.end(), [&](const CachedCopy& other) {
      return other.first_seen() <= copy.first_seen() && copy.first_seen() <= other.last_seen();
    });
    most = std::max(most, static_cast<int>(there));
  }
  return most;
}

std::string Spread::ToString() const {
  if (copies < 2 && wrong == answers) return "";
  const Interval share = WilsonInterval(wrong, answers);
  return fmt::format("{} of {} answers are wrong ({:.0f}–{:.0f} %), from at least {} cop{}", wrong, answers,
                     share.low * 100, share.high * 100, std::max(copies, 1), copies > 1 ? "ies" : "y");
}

}  // namespace dialwatch::diagnosis
