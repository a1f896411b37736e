#include "diagnosis/rules/dns_lame.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/zone/zone_builders.h"

namespace dialwatch::diagnosis {
namespace {

const Ids kLame{"dns-lame:example.com:192.0.2.54"};

// ns2 does not serve the zone.
ZoneSample Lame(int rcode, bool aa = false) {
  auto zone = GoodZone();
  auto& server = zone.servers[1];
  server.soa.answers.clear();
  server.ns.answers.clear();
  server.soa.rcode = server.ns.rcode = rcode;
  server.soa.aa = server.ns.aa = aa;
  return zone;
}

ZoneSample Silent() {
  auto zone = Lame(0);
  zone.servers[1].soa.outcome = zone.servers[1].ns.outcome = probes::DnsOutcome::kTimeout;
  return zone;
}

void LookTimes(World& world, int times, const ZoneSample& zone) {
  for (int i = 0; i < times; ++i) {
    world.now += 30s;
    Look(world, zone);
  }
}

}  // namespace

TEST_SUITE("diagnosis/rules/dns_lame") {
  TEST_CASE("a zone in order has no findings") {
    World world;
    LookTimes(world, 5, GoodZone());
    CHECK(world.Ids().empty());
  }

  TEST_CASE("dns-lame: three looks running, and it says who, which name leads there, and why") {
    World world;
    auto zone = Lame(probes::kRcodeRefused);
    zone.servers[1].soa.extended_errors = {{20, ""}};
    LookTimes(world, 2, zone);
    CHECK(world.Ids().empty());
    LookTimes(world, 1, zone);
    REQUIRE(world.Ids() == kLame);
    const Finding finding = Only(world);
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.since == kMonday + 30s);
    CHECK(finding.summary ==
          "192.0.2.54 (ns2.example.com) does not serve example.com: REFUSED, EDE 20 Not Authoritative");
    CHECK(finding.affected == std::vector<std::string>{"d1"});
    CHECK(finding.evidence[0].note == "serial 1, ns1.example.com");
    CHECK(finding.evidence[1].note == "REFUSED, EDE 20 Not Authoritative, ns2.example.com");
    LookTimes(world, 1, GoodZone());
    CHECK(world.Ids().empty());
  }

  TEST_CASE("dns-lame: an error, a reply without AA, a referral, a stranger's zone, silence") {
    auto referral = Lame(0);
    referral.servers[1].soa.authority = {{"com", RecordType::kNs, 300, "a.com"}};
    auto plain = GoodZone();
    plain.servers[1].soa.aa = false;
    for (const auto& [zone, why] : {std::pair(Lame(probes::kRcodeServFail), "SERVFAIL"),
                                    {plain, "it is not authoritative"},
                                    {referral, "it refers to other servers"},
                                    {Lame(0, true), "it knows of no such zone"},
                                    {Silent(), "timeout"}}) {
      World world;
      LookTimes(world, 3, zone);
      REQUIRE(world.Ids() == kLame);
      CHECK(Only(world).summary == std::string("192.0.2.54 (ns2.example.com) does not serve example.com: ") + why);
    }
  }

  TEST_CASE("dns-lame: a good look in between begins the count anew") {
    World world;
    LookTimes(world, 2, Silent());
    LookTimes(world, 1, GoodZone());
    LookTimes(world, 2, Silent());
    CHECK(world.Ids().empty());
  }

  TEST_CASE("dns-lame: where all servers fail the zone is down, but without AA nobody else says so") {
    auto down = Lame(probes::kRcodeRefused);
    down.servers[0] = down.servers[1];
    down.servers[0].server = *base::Endpoint::Parse("192.0.2.53", 53);
    World world;
    LookTimes(world, 3, down);
    CHECK(world.Ids().empty());
    auto stranger = GoodZone();
    for (auto& server : stranger.servers) server.soa.aa = false;
    World other;
    LookTimes(other, 3, stranger);
    CHECK(other.Ids() == Ids{"dns-lame:example.com:192.0.2.53", "dns-lame:example.com:192.0.2.54"});
  }

  TEST_CASE("a zone that has not been looked at for long is forgotten") {
    World world;
    LookTimes(world, 3, Silent());
    world.picture.Retain(world.settings, world.now + 93s);
    CHECK(world.picture.zones().empty());
  }
}

}  // namespace dialwatch::diagnosis
