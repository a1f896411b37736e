#include "diagnosis/rules/ttl_uneven.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/zone/zone_builders.h"

namespace dialwatch::diagnosis {
namespace {

const std::vector<std::string> kRight{"198.51.100.11"};

}  // namespace

TEST_SUITE("diagnosis/rules/ttl_uneven") {
  TEST_CASE("T3 ttl-uneven: one set with two TTLs in one reply") {
    World world;
    auto answer = Gives(kAuthority, "d1", {"198.51.100.11", "198.51.100.12"}, 300s);
    answer.answers[1].ttl = 60;
    world.Add(answer);
    REQUIRE(world.Ids() == Ids{"ttl-uneven:d1:example.com"});
    CHECK(world.Findings()[0].severity == Severity::kWarning);
    CHECK(world.Findings()[0].summary == "192.0.2.53 gives the records of d1.example.com A different TTLs: 1m and 5m");
  }

  TEST_CASE("T3 ttl-uneven: servers that differ at one serial, but not at two, nor links of one chain") {
    World world;
    Look(world, GoodZone(1, 1));
    world.Round(Gives(kAuthority, "d1", kRight, 300s), Gives(ViaAuthority("192.0.2.54"), "d1", kRight, 60s));
    REQUIRE(world.Ids() == Ids{"ttl-uneven:d1:example.com"});
    CHECK(world.Findings()[0].summary ==
          "d1.example.com A has a TTL of 1m at 192.0.2.54 and of 5m at 192.0.2.53, in one version of the zone");
    Look(world, GoodZone(2, 1));
    CHECK(world.Ids() == Ids{"dns-authority-split:example.com"});
    World other;
    auto chain = Gives(kAuthority, "d1", kRight, 60s);
    chain.answers.insert(chain.answers.begin(), {"d1.example.com", RecordType::kCname, 300, "lb.example.com"});
    other.Add(chain);
    CHECK(other.Ids().empty());
  }
}

}  // namespace dialwatch::diagnosis
