#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "probes/sample.h"
#include "tests/world/world.h"

// The incident of 30 and 31 August 2020 as a world that produces it: who cached what when follows from TTLs, caches and
// an outage, and nothing of what dialwatch makes of it is in here. docs/replay-2020.md says what is known, and what is
// assumed.
namespace dialwatch::replay {

using base::Duration, base::TimePoint;
using std::chrono::seconds;

// A moment of these days by the clock on the wall there (PDT, UTC-7): Sunday is the 30th, Monday the 31st.
TimePoint Sunday(int hour, int minute = 0);
TimePoint Monday(int hour, int minute = 0);

// What made copies last until Monday noon is not known; each of these could have.
enum class Variant : std::uint8_t {
  kDay,            // copies live a day, as their TTL says, and fills went wrong until Sunday 14:00
  kSixHours,       // no copy lives longer than six hours, but some names are filled from a wrong server until Monday
  kLaggingServer,  // dialers were moved, and one of the zone's own servers, cut off, has the old addresses
  kStunName,       // the name of the public STUN service that webphones use is what google has a wrong copy of
  kBehindTheStun,  // all resolvers are right: the wrong copies are in a cache that only the STUN service asks
};
inline constexpr Variant kVariants[] = {Variant::kDay, Variant::kSixHours, Variant::kLaggingServer, Variant::kStunName,
                                        Variant::kBehindTheStun};
std::string_view FormatVariant(Variant variant);

enum class Policy : std::uint8_t {
  kOfThatDay,  // a TTL of a day is meant, no reflectors, any STUN server
  kOfToday,    // the defaults, reflectors beside the dialers, the carrier's STUN servers alone
};

// A dialer that callers are led away from.
struct Wrong {
  std::string dialer;
  TimePoint from, to;
};

struct Story {
  world::World world;
  std::shared_ptr<const config::Settings> settings;
  TimePoint begin, end;
  std::vector<Wrong> truth;  // by the model's own arithmetic; a cache is filled within an interval of `from`

  // The dialers that are wrong then, sorted.
  std::vector<std::string> WrongAt(TimePoint at) const;
};
Story StoryOf(Variant variant, Policy policy);

}  // namespace dialwatch::replay
