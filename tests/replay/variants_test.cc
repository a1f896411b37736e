#include <doctest/doctest.h>

#include <algorithm>

#include "tests/replay/checks.h"

namespace dialwatch::replay {
namespace {

using namespace std::chrono_literals;
using Kind = daemon::ReplayEvent::Kind;
using Causes = std::set<std::string>;

}  // namespace

TEST_SUITE("replay/variants") {
  TEST_CASE("copies of six hours that are filled wrong again are one incident, and none is said to last longer") {
    Story story = StoryOf(Variant::kSixHours, Policy::kOfThatDay);
    story.end = Sunday(17);
    const Watched watched = Watch(story);
    CheckNamedInTime(watched, "dns-bogus");
    CheckAffected(story, watched, 0s);
    std::size_t incidents = 0;
    for (const auto& event : watched.events) {
      if (event.kind == Kind::kOpened && event.incident.cause == "dns-bogus") ++incidents;
    }
    CHECK(incidents == 1);
    for (const Watched::Moment& moment : watched.moments) {
      for (const auto& [dialer, eta] : moment.etas) CHECK(eta <= moment.at + 6h);
    }
  }

  TEST_CASE("where the STUN service's own name is misdirected, the resolver that does it is named") {
    Story story = StoryOf(Variant::kStunName, Policy::kOfThatDay);
    story.end = Sunday(6);
    const Watched watched = Watch(story);
    CheckNamedInTime(watched, "stun-address-split", 70s);  // it is asked there a turn later, and silent for two
  }
}

}  // namespace dialwatch::replay
