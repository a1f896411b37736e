#include "diagnosis/rules/zone.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/zone_builders.h"

namespace dialwatch::diagnosis {
namespace {

const probes::Via kFirst = ViaAuthority("192.0.2.53"), kSecond = ViaAuthority("192.0.2.54");
const Ids kLame{"dns-lame:example.com:192.0.2.54"};
const Ids kZoneSplit{"dns-authority-split:example.com"};
const Ids kNameSplit{"dns-authority-split:d1:example.com"};

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

TEST_SUITE("diagnosis/rules/zone") {
  TEST_CASE("a zone in order has no findings") {
    World world;
    LookTimes(world, 5, GoodZone());
    CHECK(world.Ids().empty());
  }

  TEST_CASE("dns-lame: three looks running, and it says who, which name leads there, and why") {
    World world;
    auto zone = Lame(probes::kRcodeRefused);
    zone.servers[1].soa.extended_errors = {{20, "Not Authoritative"}};
    LookTimes(world, 2, zone);
    CHECK(world.Ids().empty());
    LookTimes(world, 1, zone);
    REQUIRE(world.Ids() == kLame);
    const Finding finding = Only(world);
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.since == kMonday + 30s);
    CHECK(finding.summary == "192.0.2.54 (ns2.example.com) does not serve example.com: REFUSED, extended error 20");
    CHECK(finding.affected == std::vector<std::string>{"d1"});
    CHECK(finding.evidence[0].note == "serial 1, ns1.example.com");
    CHECK(finding.evidence[1].note == "REFUSED, extended error 20, ns2.example.com");
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

  TEST_CASE("dns-authority-split: servers that give different answers at one serial, and what each gives") {
    World world;
    Look(world, GoodZone());
    world.Round(Gives(kFirst, "d1", {"198.51.100.11"}), Gives(kSecond, "d1", {"198.51.100.7"}));
    REQUIRE(world.Ids() == kNameSplit);
    const Finding finding = Only(world);
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.summary ==
          "the servers of example.com do not agree on d1.example.com: 192.0.2.53 gives 198.51.100.11 and 192.0.2.54 "
          "gives "
          "198.51.100.7");
    CHECK(finding.affected == std::vector<std::string>{"d1"});
    CHECK(finding.evidence.size() == 2);
  }

  TEST_CASE("dns-authority-split: one server denies what the other gives") {
    World world;
    world.Round(Gives(kFirst, "d1", {"198.51.100.11"}), Denies(kSecond, "d1"));
    world.settings.dialers[0].types = {RecordType::kA};
    Expect(world.settings.dialers[0], {"198.51.100.11"});
    const auto ids = world.Ids();
    CHECK(std::count(ids.begin(), ids.end(), kNameSplit[0]) == 1);
  }

  TEST_CASE(
      "dns-authority-split: while the serials differ a change is on its way, for twice the limit and the refresh") {
    World world;
    Look(world, GoodZone(2, 1));
    const auto split = [&] {
      Look(world, GoodZone(2, 1));
      world.Round(Gives(kFirst, "d1", {"198.51.100.11"}), Gives(kSecond, "d1", {"198.51.100.7"}));
      return world.Findings();
    };
    auto findings = split();
    REQUIRE(world.Ids() == Ids{kNameSplit[0], kZoneSplit[0]});
    for (const Finding& finding : findings) CHECK(finding.severity == Severity::kInfo);
    CHECK(findings[0].summary ==
          "the servers of example.com do not agree on d1.example.com: 192.0.2.53 gives 198.51.100.11 and 192.0.2.54 "
          "gives "
          "198.51.100.7; 192.0.2.53 has serial 2, ahead of 192.0.2.54 with 1");
    CHECK(findings[1].summary ==
          "the servers of example.com serve different versions: 192.0.2.53 has serial 2, ahead of 192.0.2.54 with 1");
    world.now += 3600s;
    for (const Finding& finding : split()) CHECK(finding.severity == Severity::kInfo);
    world.now += 1s;
    findings = split();
    REQUIRE(findings.size() == 2);
    for (const Finding& finding : findings) CHECK(finding.severity == Severity::kWarning);
    CHECK(findings[1].since == kMonday);
  }

  TEST_CASE("dns-authority-split: twice the limit counts where the refresh is shorter") {
    World world;
    auto zone = GoodZone(2, 1);
    for (auto& server : zone.servers) server.soa.answers[0].data = SoaData(&server == &zone.servers[0] ? 2 : 1, 60, 60);
    Look(world, zone);
    world.now += 600s;
    Look(world, zone);
    CHECK(Only(world).severity == Severity::kInfo);
    world.now += 1s;
    Look(world, zone);
    CHECK(Only(world).severity == Severity::kWarning);
  }

  TEST_CASE("dns-authority-split: serials are compared on a circle") {
    World world;
    Look(world, GoodZone(4294967295, 0));
    CHECK(Only(world).summary ==
          "the servers of example.com serve different versions: 192.0.2.54 has serial 0, ahead of 192.0.2.53 with "
          "4294967295");
    World half;
    Look(half, GoodZone(2147483648, 0));
    CHECK(Only(half).summary ==
          "the servers of example.com serve different versions: their serials cannot be compared: 192.0.2.53 with "
          "2147483648, 192.0.2.54 with 0");
  }

  TEST_CASE("dns-authority-split: a serial that went back is a warning at once, for it does not heal by itself") {
    World world;
    Look(world, GoodZone(5, 5));
    world.now += 30s;
    Look(world, GoodZone(3, 5));
    REQUIRE(world.Ids() == kZoneSplit);
    CHECK(Only(world).severity == Severity::kWarning);
    CHECK(
        Only(world).summary ==
        "the servers of example.com serve different versions: 192.0.2.54 has serial 5, ahead of 192.0.2.53 with 3; the "
        "serial went back from 5 to 3, so that secondaries do not take the new version");
    world.now += 30s;
    Look(world, GoodZone(6, 6));
    CHECK(world.Ids().empty());
  }

  TEST_CASE("dns-authority-split: a server that does not answer has no serial") {
    World world;
    auto zone = GoodZone(2, 1);
    zone.servers[1].soa.outcome = probes::DnsOutcome::kTimeout;
    Look(world, zone);
    CHECK(world.Ids().empty());
  }

  TEST_CASE("dns-authority-split: round robin and answers by place are meant, as far as `expect` goes") {
    World world;
    world.Round(Gives(kFirst, "d1", {"198.51.100.11"}), Gives(kSecond, "d1", {"198.51.100.12"}));
    CHECK(world.Ids() == kNameSplit);
    Expect(world.settings.dialers[0], {"198.51.100.11", "198.51.100.12"}, config::ExpectMode::kSubset);
    CHECK(world.Ids().empty());
  }

  TEST_CASE("dns-authority-split: an alias that leads out of the zone is no word on the name") {
    World world;
    auto alias = Gives(kFirst, "d1", {});
    alias.answers = {{"d1.example.com", RecordType::kCname, 300, "pool.example.net"}};
    world.Round(alias, Gives(ViaAuthority("192.0.2.60", "example.net"), "d1", {"198.51.100.11"}));
    CHECK(world.Ids().empty());
  }

  TEST_CASE("dns-authority-split: the parent delegates to a server that the zone does not name, and the other way") {
    World world;
    auto zone = GoodZone();
    zone.delegation[1].data = "ns3.example.com";
    Look(world, zone);
    REQUIRE(world.Ids() == kZoneSplit);
    const Finding finding = Only(world);
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.summary ==
          "com delegates example.com to ns3.example.com, which 192.0.2.53 does not name (and 3 more)");
    REQUIRE(finding.evidence.size() == 5);
    CHECK(finding.evidence[2].note ==
          "192.0.2.53 names ns2.example.com for example.com, to which com does not delegate it");
  }

  TEST_CASE("dns-authority-split: glue that is not the address that the zone gives") {
    World world;
    auto zone = GoodZone();
    zone.glue[1].data = "192.0.2.99";
    Look(world, zone);
    REQUIRE(world.Ids() == kZoneSplit);
    CHECK(Only(world).summary ==
          "com gives ns2.example.com the address 192.0.2.99, example.com itself gives 192.0.2.54");
  }

  TEST_CASE("dns-authority-split: glue that is left out, or of another zone's name, or without a parent is no fault") {
    World world;
    auto zone = GoodZone();
    zone.glue.pop_back();
    Look(world, zone);
    CHECK(world.Ids().empty());
    zone = GoodZone();
    zone.delegation.clear();
    zone.glue.clear();
    Look(world, zone);
    CHECK(world.Ids().empty());
  }

  TEST_CASE(
      "dns-authority-split: a delegation that changes has a quarter of an hour, since the parent is asked seldom") {
    World world;
    Look(world, GoodZone());
    auto zone = GoodZone();
    zone.glue[1].data = "192.0.2.99";
    world.now += 30s;
    Look(world, zone);
    CHECK(Only(world).severity == Severity::kInfo);
    world.now += 15min;
    Look(world, zone);
    CHECK(Only(world).severity == Severity::kInfo);
    world.now += 1s;
    Look(world, zone);
    CHECK(Only(world).severity == Severity::kWarning);
  }

  TEST_CASE("dns-authority-split: a name server that the pins leave out, and a pin that no name server stands for") {
    World world;
    auto zone = GoodZone();
    zone.pinned = true;
    Look(world, zone);
    CHECK(world.Ids().empty());
    zone.servers.pop_back();
    Look(world, zone);
    REQUIRE(world.Ids() == kZoneSplit);
    CHECK(Only(world).severity == Severity::kWarning);
    CHECK(Only(world).summary == "example.com is delegated to 192.0.2.54 too, which [[authority]] does not list");
    zone = GoodZone();
    zone.pinned = true;
    zone.servers.push_back(ServerView("192.0.2.60", ""));
    Look(world, zone);
    CHECK(Only(world).severity == Severity::kInfo);
    CHECK(Only(world).summary == "[[authority]] lists 192.0.2.60 for example.com, to which no NS record leads");
    zone.servers[0].server.port = 5300;
    Look(world, zone);
    CHECK(world.Ids().empty());
  }

  TEST_CASE("a zone that has not been looked at for long is forgotten") {
    World world;
    LookTimes(world, 3, Silent());
    world.picture.Retain(world.settings, world.now + 93s);
    CHECK(world.picture.zones().empty());
  }
}

}  // namespace dialwatch::diagnosis
