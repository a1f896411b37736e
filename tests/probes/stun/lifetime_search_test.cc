#include "probes/stun/lifetime_search.h"

#include <doctest/doctest.h>

#include <set>

namespace dialwatch::probes {

using namespace std::chrono_literals;

namespace {

// Asks a NAT that keeps idle mappings this long.
LifetimeSearch Searched(std::chrono::seconds kept, int looks) {
  LifetimeSearch search;
  for (int i = 0; i < looks; ++i) {
    const auto pause = search.NextPause();
    search.Note(pause, pause < kept);
  }
  return search;
}

}  // namespace

TEST_SUITE("probes/stun/lifetime_search") {
  TEST_CASE("nothing is known before the first look, which comes soon") {
    const LifetimeSearch search;
    CHECK(search.lifetime() == MappingLifetime{});
    CHECK(search.NextPause() == 15s);
  }

  TEST_CASE("pauses double while the mapping lives, up to the longest") {
    LifetimeSearch search;
    for (const auto pause : {15s, 30s, 60s, 120s, 240s, 320s, 320s}) {
      CHECK(search.NextPause() == pause);
      search.Note(search.NextPause(), true);
    }
    CHECK(search.lifetime() == MappingLifetime{320s, std::nullopt});
  }

  TEST_CASE("the life of a mapping is found to within five seconds") {
    for (const auto kept : {20s, 30s, 33s, 60s, 119s, 180s, 300s}) {
      CAPTURE(kept.count());
      const MappingLifetime lifetime = Searched(kept, 12).lifetime();
      REQUIRE(lifetime.at_least);
      REQUIRE(lifetime.at_most);
      CHECK(*lifetime.at_least < kept);
      CHECK(*lifetime.at_most >= kept);
      CHECK(*lifetime.at_most - *lifetime.at_least <= 5s);
    }
  }

  TEST_CASE("a life of a few seconds is found as such, and nobody is asked more often than every five") {
    for (const auto kept : {0s, 4s}) {
      const LifetimeSearch search = Searched(kept, 8);
      CHECK(search.lifetime() == MappingLifetime{std::nullopt, 5s});
      CHECK(search.NextPause() == 5s);
    }
  }

  TEST_CASE("what is known is looked at again, and a NAT that was replaced is seen") {
    LifetimeSearch search = Searched(30s, 12);
    const auto known = *search.lifetime().at_least;
    CHECK(search.NextPause() == known);
    search.Note(known, false);
    CHECK_FALSE(search.lifetime().at_least);
    CHECK(search.lifetime().at_most == known);
    CHECK(search.NextPause() == known / 2);
    search.Note(60s, true);
    CHECK(search.lifetime() == MappingLifetime{60s, std::nullopt});
  }
}

}  // namespace dialwatch::probes
