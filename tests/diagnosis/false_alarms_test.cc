// What happens every day and is no incident, and what looks harmless and is one: rounds as the prober makes them,
// through the picture and all rules.
#include <doctest/doctest.h>

#include <functional>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

using Answer = std::vector<std::string>;
const Answer kNew{"198.51.100.11"}, kOld{"198.51.100.7"}, kPoison{"203.0.113.66"};

// Caches behind google's one address, which are asked one after the other, as a kernel or an anycast service spreads
// them.
struct Cache {
  Answer answer;
  TimePoint expiry;
};

struct Day {
  World world;
  Answer authority = kNew;
  seconds ttl{300};
  std::vector<Cache> caches{1};
  std::size_t turn = 0;
  bool critical = false, warned = false;  // ever

  // A cache that asks the authority when its copy has run out.
  DnsSample Ask(Cache& cache) const {
    if (cache.expiry <= world.now) cache = {authority, world.now + ttl};
    return Gives(kGoogle, "d1", cache.answer, std::chrono::duration_cast<seconds>(cache.expiry - world.now));
  }

  // One round; where the answer is not the authority's, seven more in the same turn (probes/dns/sampling.h).
  void Round() {
    world.now += 30s;
    world.Add(Gives(kAuthority, "d1", authority, ttl));
    const DnsSample first = Ask(caches[turn++ % caches.size()]);
    world.Add(first);
    if (AnswerSet(first) != authority) {
      for (int i = 0; i < 7; ++i) world.Add(Again(Ask(caches[turn++ % caches.size()])));
    }
    Look();
  }

  void Look() {
    for (const Finding& finding : world.Findings()) {
      critical = critical || finding.severity == Severity::kCritical;
      warned = warned || finding.severity == Severity::kWarning;
    }
  }
};

}  // namespace

TEST_SUITE("diagnosis/false_alarms") {
  TEST_CASE("the case of 2020 with three caches behind one address, of which one is poisoned") {
    Day day;
    day.caches.assign(3, {kNew, kMonday + 100s});
    for (int i = 0; i < 4; ++i) day.Round();
    CHECK_FALSE(day.critical);
    day.caches[1] = {kPoison, day.world.now + 6h};
    const TimePoint poisoned = day.world.now;
    int rounds = 0;
    while (!day.critical && rounds < 5) {
      day.Round();
      ++rounds;
    }
    CHECK(rounds <= 3);  // it takes the rounds until that cache is the one that answers, and no more
    // from then on it stands, whichever cache answers
    for (int i = 0; i < 60; ++i) {
      day.Round();
      REQUIRE(day.world.Ids() == Ids{"dns-bogus:d1:google", "ttl-impossible:d1:google"});
      const Finding finding = day.world.Findings()[0];
      REQUIRE(finding.severity == Severity::kCritical);
      REQUIRE(finding.eta == poisoned + 6h);
      REQUIRE(finding.summary.find("from at least 1 copy; its copy lives") != std::string::npos);
    }
    // flushed: gone within a few rounds
    day.caches[1] = {kNew, day.world.now + 300s};
    for (int i = 0; i < 12; ++i) day.Round();
    CHECK(day.world.Ids().empty());
  }

  TEST_CASE("one forged or odd reply wakes nobody, whatever it says") {
    auto sinkhole = Gives(kGoogle, "d1", {"0.0.0.0"});
    auto blocked = Reply(kGoogle, "d1", probes::kRcodeNxDomain);
    blocked.ra = false;
    auto validation = Reply(kGoogle, "d1", probes::kRcodeServFail);
    validation.extended_errors = {{6, ""}};
    for (const DnsSample& odd :
         {Gives(kGoogle, "d1", kPoison, 86400s), Gives(kGoogle, "d1", kOld, 5s), Denies(kGoogle, "d1"), sinkhole,
          blocked, validation, Silence(kGoogle, "d1"), Gives(kGoogle, "d1", kNew, 86400s)}) {
      Day day;
      for (int i = 0; i < 3; ++i) day.Round();
      day.world.now += 1s;
      day.world.Add(odd);
      day.Look();
      for (int i = 0; i < 7; ++i) day.world.Add(Again(day.Ask(day.caches[0])));
      day.Look();
      for (int i = 0; i < 5; ++i) day.Round();
      CHECK_FALSE(day.critical);
      CHECK_FALSE(day.warned);
      CHECK(day.world.Ids().empty());
    }
  }

  TEST_CASE("a planned change, through three caches that learn of it one after the other") {
    Day day;
    day.authority = kOld;
    day.caches.assign(3, {kOld, kMonday});
    for (int i = 0; i < 10; ++i) day.Round();
    day.authority = kNew;
    for (int i = 0; i < 20; ++i) day.Round();
    CHECK_FALSE(day.critical);
    CHECK_FALSE(day.warned);
    CHECK(day.world.Ids().empty());
  }

  TEST_CASE("an authority that goes back and forth between two addresses") {
    for (const int rounds : {1, 2, 3, 7}) {
      Day day;
      for (int i = 0; i < 60; ++i) {
        if (i % rounds == 0) day.authority = day.authority == kNew ? kOld : kNew;
        day.Round();
      }
      CHECK_FALSE(day.critical);
      CHECK_FALSE(day.warned);
    }
  }

  TEST_CASE("round robin, which turns the order, and a part of the set where the config says so") {
    Day day;
    Expect(day.world.settings.dialers[0], {"198.51.100.11", "198.51.100.12", "198.51.100.13"},
           config::ExpectMode::kSubset);
    for (int i = 0; i < 30; ++i) {
      day.authority = {"198.51.100.1" + std::to_string(1 + i % 3), "198.51.100.1" + std::to_string(1 + (i + 1) % 3)};
      day.caches[0] = {{"198.51.100.1" + std::to_string(1 + (i + 2) % 3)}, day.world.now + 100s};
      day.Round();
    }
    CHECK_FALSE(day.critical);
    CHECK_FALSE(day.warned);
  }

  TEST_CASE("a geo service within its networks") {
    Day day;
    Expect(day.world.settings.dialers[0], {"198.51.100.0/24"}, config::ExpectMode::kPrefix);
    for (int i = 0; i < 30; ++i) {
      day.caches[0] = {{"198.51.100." + std::to_string(20 + i)}, day.world.now + 60s};
      day.Round();
    }
    CHECK_FALSE(day.critical);
    CHECK_FALSE(day.warned);
  }

  TEST_CASE("TTLs that run down, are fetched anew, or fetched before they run out; short ones and none") {
    struct Row {
      int ttl, prefetch;  // seconds
    };
    for (const Row& row : {Row{300, 0}, {300, 40}, {60, 0}, {60, 35}, {30, 0}, {5, 0}, {1, 0}, {0, 0}}) {
      CAPTURE(row.ttl);
      Day day;
      day.ttl = seconds(row.ttl);
      day.caches.assign(3, {kNew, kMonday});
      for (int i = 0; i < 60; ++i) {
        for (Cache& cache : day.caches) {
          if (cache.expiry - day.world.now < seconds(row.prefetch)) cache = {kNew, day.world.now + day.ttl};
        }
        day.Round();
      }
      CHECK_FALSE(day.critical);
      CHECK_FALSE(day.warned);
    }
  }

  TEST_CASE("a lost packet, and a resolver that is slow to learn of a new name") {
    Day day;
    day.authority = {};
    day.world.settings.dialers[0].types = {RecordType::kA, RecordType::kAaaa};
    for (int i = 0; i < 10; ++i) {
      day.world.now += 30s;
      day.world.Add(Denies(kAuthority, "d1", probes::kRcodeNxDomain, 300s));
      day.world.Add(Denies(kGoogle, "d1", probes::kRcodeNxDomain, 300s - i * 30s));
    }
    day.authority = kNew;  // the name is made
    for (int i = 0; i < 9; ++i) {
      day.world.now += 30s;
      day.world.Add(Gives(kAuthority, "d1", kNew));
      day.world.Round(Denies(kGoogle, "d1", probes::kRcodeNxDomain, 270s - i * 30s));
      day.Look();
      day.world.Add(Silence(kQuad9, "d1"));
      day.Look();
      day.world.Add(Gives(kQuad9, "d1", kNew));
    }
    CHECK_FALSE(day.critical);
    CHECK_FALSE(day.warned);
  }
}

}  // namespace dialwatch::diagnosis
