#include <doctest/doctest.h>

#include <algorithm>

#include "tests/replay/checks.h"

namespace dialwatch::replay {
namespace {

using namespace std::chrono_literals;
using Kind = daemon::ReplayEvent::Kind;
using Causes = std::set<std::string>;

}  // namespace

TEST_SUITE("replay/today") {
  TEST_CASE("by today's policy two of the roots are told the day before, and where the audio goes with the rest") {
    Story story = StoryOf(Variant::kDay, Policy::kOfToday);
    story.end = Sunday(8);
    const Watched watched = Watch(story);
    CheckNamedInTime(watched, "dns-bogus");
    CheckAffected(story, watched, kRefill);
    for (const char* cause : {"ttl-policy", "ice-server-forbidden"}) {
      CAPTURE(cause);
      const auto* told = watched.First(Kind::kMessage, cause);
      REQUIRE(told != nullptr);
      CHECK(told->at < story.begin + 2min);
    }
    CHECK(watched.Causes(Kind::kMessage) ==
          Causes{"dns-bogus", "dns-resolver-down", "ice-server-forbidden", "ttl-policy"});
    const auto* grown = watched.First(Kind::kGrown, "dns-bogus");
    REQUIRE(grown != nullptr);
    CHECK(std::ranges::any_of(grown->incident.symptoms,
                              [](const auto& finding) { return finding.rule == "media-misdirected"; }));
  }

  TEST_CASE("a server of the zone that is cut off is named itself, and no resolver for what it fills") {
    Story story = StoryOf(Variant::kLaggingServer, Policy::kOfToday);
    story.end = Sunday(8);
    const Watched watched = Watch(story);
    const auto* told = watched.First(Kind::kMessage, "dns-authority-split");
    REQUIRE(told != nullptr);
    CHECK(told->at < Sunday(4) + 2min);
    CHECK(told->incident.severity == config::Severity::kCritical);
    CHECK(told->incident.summary.starts_with("192.0.2.54, a server of "));
    CHECK(told->incident.summary.find("12 of 40 dialers") != std::string::npos);
    CHECK(told->incident.affected.size() == 12);
    for (const char* cause : {"dns-bogus", "dns-stale", "rtp-unreachable", "media-misdirected"})
      CHECK_FALSE(watched.Causes(Kind::kMessage).contains(cause));
  }

  TEST_CASE("where only a cache behind the STUN service is wrong, nothing is claimed but what can be seen") {
    Story story = StoryOf(Variant::kBehindTheStun, Policy::kOfToday);
    story.end = Sunday(8);
    CHECK_FALSE(story.WrongAt(Sunday(7)).empty());
    CHECK(Watch(story).Causes(Kind::kMessage) == Causes{"dns-resolver-down", "ice-server-forbidden", "ttl-policy"});
  }
}

}  // namespace dialwatch::replay
