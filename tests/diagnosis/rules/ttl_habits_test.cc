#include "diagnosis/rules/ttl_habits.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

const std::vector<std::string> kRight{"198.51.100.11"};

// The authority gives 300 s; google gives these TTLs, so long apart.
World Looks(const std::vector<int>& ttls, Duration apart, seconds authority = 300s) {
  World world;
  for (const int ttl : ttls) {
    world.Add(Gives(kAuthority, "d1", kRight, authority));
    world.Add(Gives(kGoogle, "d1", kRight, seconds(ttl)));
    world.now += apart;
  }
  return world;
}

std::vector<int> Repeated(std::vector<int> ttls, int times) {
  std::vector<int> all;
  for (int i = 0; i < times; ++i) all.insert(all.end(), ttls.begin(), ttls.end());
  return all;
}

}  // namespace

TEST_SUITE("diagnosis/rules/ttl_habits") {
  TEST_CASE("T8b ttl-frozen: the same TTL three times, where it would have counted down") {
    CHECK(Looks({60, 60}, 30s).Ids().empty());
    const World world = Looks({60, 60, 60}, 30s);
    REQUIRE(world.Ids() == Ids{"ttl-frozen:d1:google"});
    CHECK(world.Findings()[0].severity == Severity::kWarning);
    CHECK(world.Findings()[0].summary ==
          "google gives d1.example.com with a TTL of 1m each time, which does not count down; the authority gives 5m");
  }

  TEST_CASE("three looks within two seconds say nothing, nor do many within one") {
    CHECK(Looks({60, 60, 60}, 1s).Ids().empty());
    CHECK(Looks({60, 60, 60, 60}, 1s).Ids() == Ids{"ttl-frozen:d1:google"});
    CHECK(Looks(Repeated({60}, 30), 50ms).Ids().empty());
    World world = Looks(Repeated({60}, 10), 50ms);
    world.now += 3s;
    world.Add(Gives(kGoogle, "d1", kRight, 60s));  // the second look
    CHECK(world.Ids().empty());
    world.now += 3s;
    world.Add(Gives(kGoogle, "d1", kRight, 60s));
    CHECK(world.Ids() == Ids{"ttl-frozen:d1:google"});
  }

  TEST_CASE("what has another reason is not frozen") {
    CHECK(Looks({300, 300, 300}, 10s).Ids().empty());        // the authority's own: a fresh copy from another cache
    CHECK(Looks({5, 5, 5, 5, 5}, 30s, 300s).Ids().empty());  // capped, and fetched anew each time
    // a name with a TTL of 5 s: that is the authority's own finding
    CHECK(Looks({5, 5, 5, 5, 5}, 30s, 5s).Ids() == Ids{"ttl-too-low:d1:example.com"});
    CHECK(Looks({0, 0, 0, 0}, 30s).Ids().empty());          // never cached
    CHECK(Looks({60, 60, 60, 59}, 30s).Ids().empty());      // it does count down
    CHECK(Looks({250, 150, 250, 150}, 10s).Ids().empty());  // two caches
    CHECK(Looks({290, 260, 290, 260}, 30s).Ids().empty());  // fetched before it runs out
  }

  TEST_CASE("what says that it is stale is told as served stale") {
    World world;
    for (int i = 0; i < 4; ++i) {
      world.now += 10s;
      world.Add(Gives(kAuthority, "d1", kRight));
      auto stale = Gives(kGoogle, "d1", kRight, 30s);
      stale.extended_errors = {{3, ""}};
      world.Add(stale);
    }
    CHECK(world.Ids() == Ids{"dns-served-stale:d1:google"});
  }

  TEST_CASE("a chain is measured by its shortest link, at the authority as at the resolver") {
    World world;
    for (int i = 0; i < 4; ++i) {
      world.now += 10s;
      for (const auto& via : {kAuthority, kGoogle}) {
        auto chain = Gives(via, "d1", kRight, 60s);
        chain.answers.insert(chain.answers.begin(), {"d1.example.com", RecordType::kCname, 300, "lb.example.com"});
        world.Add(chain);
      }
    }
    CHECK(world.Ids().empty());
  }

  TEST_CASE("T7 ttl-too-low: a cap, learned from twenty answers and several copies") {
    // fetched anew every minute, seen every 10 s
    const auto minute = std::vector<int>{60, 50, 40, 30, 20, 10};
    CHECK(Looks(Repeated(minute, 3), 10s).Ids().empty());
    const World world = Looks(Repeated(minute, 4), 10s);
    REQUIRE(world.Ids() == Ids{"ttl-too-low:d1:google"});
    CHECK(world.Findings()[0].severity == Severity::kInfo);
    CHECK(world.Findings()[0].summary ==
          "google keeps d1.example.com for 1m at the most, where the authority allows 5m");
  }

  TEST_CASE("one copy that was fetched long ago is no cap") {
    std::vector<int> ttls;
    for (int i = 0; i < 30; ++i) ttls.push_back(40000 - i * 10);
    World world = Looks(ttls, 10s, 86400s);
    world.settings.dialers[0].ttl_max = 86400s;
    CHECK(world.Ids().empty());
  }

  TEST_CASE("copies that are not seen when they are fresh are no cap") {
    CHECK(Looks(Repeated({265, 225, 185, 145, 105, 65, 25}, 4), 40s).Ids().empty());
    CHECK(Looks(Repeated({225, 185, 145, 105, 65, 25}, 4), 40s).Ids() == Ids{"ttl-too-low:d1:google"});
  }
}

}  // namespace dialwatch::diagnosis
