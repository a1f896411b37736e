#include "diagnosis/rules/ttl_zone.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/zone/zone_builders.h"

namespace dialwatch::diagnosis {
namespace {

ZoneSample WithSoa(std::uint32_t ttl, std::uint32_t minimum) {
  auto zone = GoodZone();
  for (auto& server : zone.servers) server.soa.answers = {{"example.com", RecordType::kSoa, ttl, SoaData(1, minimum)}};
  return zone;
}

}  // namespace

TEST_SUITE("diagnosis/rules/ttl_zone") {
  TEST_CASE("T9 ttl-negative: the TTL of the SOA record or its minimum, whichever is less, above the limit") {
    for (const auto& [ttl, minimum, ids] : {std::tuple(300U, 86400U, Ids{}),
                                            {301U, 86400U, Ids{"ttl-negative:example.com"}},
                                            {86400U, 300U, Ids{}},
                                            {86400U, 301U, Ids{"ttl-negative:example.com"}},
                                            {86400U, 3601U, Ids{"ttl-negative:example.com"}}}) {
      World world;
      Look(world, WithSoa(ttl, minimum));
      CHECK(world.Ids() == ids);
    }
  }

  TEST_CASE("ttl-negative says how long, and shows the SOA record of each server") {
    World world;
    Look(world, WithSoa(86400, 3600));
    const Finding finding = Only(world);
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.summary == "a denial of a name in example.com is cached for 1h, above the limit of 5m");
    CHECK(finding.affected == std::vector<std::string>{"d1"});
    REQUIRE(finding.evidence.size() == 2);
    CHECK(finding.evidence[0].ttl == 3600s);
    CHECK(finding.evidence[0].note ==
          "SOA with a TTL of 1d, ns1.example.com hostmaster.example.com 1 3600 600 1209600 3600");
  }

  TEST_CASE("ttl-negative: one server is enough, and one that is not authoritative is no measure") {
    World world;
    auto zone = GoodZone();
    zone.servers[1].soa.answers = {{"example.com", RecordType::kSoa, 86400, SoaData(1, 86400)}};
    Look(world, zone);
    CHECK(world.Ids() == Ids{"ttl-negative:example.com"});
    zone.servers[1].soa.aa = false;
    Look(world, zone);
    CHECK(world.Ids().empty());
  }

  TEST_CASE("T10: TTLs of the delegation above a day are a warning at the zone, and an info elsewhere") {
    for (const std::uint32_t ttl : {86400U, 86401U}) {
      auto ns = GoodZone(), address = GoodZone(), foreign = GoodZone(), parent = GoodZone();
      ns.servers[0].ns.answers[0].ttl = ttl;
      address.addresses[1].ttl = ttl;
      foreign.addresses.push_back(AddressRecord("ns1.example.net", "192.0.2.60", ttl));
      parent.delegation[1].ttl = ttl;
      for (const auto& [zone, severity] : {std::pair(ns, Severity::kWarning),
                                           {address, Severity::kWarning},
                                           {foreign, Severity::kInfo},
                                           {parent, Severity::kInfo}}) {
        World world;
        Look(world, zone);
        CHECK(world.Ids() == (ttl == 86400 ? Ids{} : Ids{"ttl-policy:example.com"}));
        if (ttl > 86400) CHECK(Only(world).severity == severity);
      }
    }
  }

  TEST_CASE("T10 says whose TTL it is, first what can be lowered") {
    World world;
    auto zone = GoodZone();
    for (auto& ns : zone.delegation) ns.ttl = 172800;
    Look(world, zone);
    CHECK(Only(world).summary ==
          "com gives example.com NS a TTL of 2d: a change of the hoster of example.com takes that long to arrive");
    CHECK(Only(world).evidence.size() == 2);
    CHECK(Only(world).advice.size() == 1);
    zone.servers[0].ns.answers[0].ttl = 90000;
    Look(world, zone);
    CHECK(Only(world).summary ==
          "example.com gives example.com NS a TTL of 1d 1h: a change of the hoster of example.com takes that long to "
          "arrive");
    CHECK(Only(world).evidence[0].note == "example.com NS ns1.example.com");
    CHECK(Only(world).evidence.size() == 3);
    CHECK(Only(world).advice[0] == "set the TTL of example.com NS to 1d or less in example.com");
    zone = GoodZone();
    zone.addresses.push_back(AddressRecord("ns1.example.net", "192.0.2.60", 172800));
    Look(world, zone);
    CHECK(Only(world).evidence[0].vantage == "zone example.net");
  }
}

}  // namespace dialwatch::diagnosis
