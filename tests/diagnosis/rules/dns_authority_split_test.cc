#include "diagnosis/rules/dns_authority_split.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "diagnosis/causes/headline.h"
#include "tests/diagnosis/media/media_world.h"
#include "tests/diagnosis/zone/zone_builders.h"

namespace dialwatch::diagnosis {
namespace {

const probes::Via kFirst = ViaAuthority("192.0.2.53"), kSecond = ViaAuthority("192.0.2.54");
const Ids kZoneSplit{"dns-authority-split:example.com"};
const Ids kNameSplit{"dns-authority-split:d1:example.com"};

// Of each of two dialers of three the second server still gives the address it had.
struct Lagging : MediaWorld {
  Lagging() : MediaWorld(3) { Look(*this, GoodZone(2, 1)); }

  void Answers() {
    for (const char* dialer : {"d1", "d2"}) {
      Round(Gives(kFirst, dialer, {"198.51.100.11"}), Gives(kSecond, dialer, {"198.51.100.7"}));
    }
    Round(Gives(kFirst, "d3", {"198.51.100.11"}), Gives(kSecond, "d3", {"198.51.100.11"}));
  }
  void Trains(bool old_is_dead, bool new_is_dead = false) {
    std::vector<TrainSample> trains;
    for (const char* dialer : {"d1", "d2"}) {
      const auto old_one = Echoes(dialer, "198.51.100.7", {"google"}, true);
      const auto new_one = Echoes(dialer, "198.51.100.11", {"google", "quad9"}, true);
      trains.push_back(old_is_dead ? Silent(old_one) : old_one);
      trains.push_back(new_is_dead ? Silent(new_one) : new_one);
    }
    Turn(trains, 2);
    Answers();
  }
};

}  // namespace

TEST_SUITE("diagnosis/rules/dns_authority_split") {
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

  TEST_CASE(
      "dns-authority-split: a server whose addresses are dead is named at once, with those whom it hits, critical") {
    Lagging world;
    world.Trains(false);
    for (const Finding& finding : world.Findings()) CHECK(finding.severity == Severity::kInfo);
    world.Trains(true);
    const Finding finding = Only(world);
    CHECK(finding.id == "dns-authority-split:example.com:192.0.2.54");
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.affected == std::vector<std::string>{"d1", "d2"});
    CHECK(finding.summary ==
          "192.0.2.54, a server of example.com, leads callers of 2 of 3 dialers (d1 and d2) to 198.51.100.7, where "
          "nothing echoes their audio, while 192.0.2.53 leads them right; 192.0.2.53 has serial 2, ahead of 192.0.2.54 "
          "with 1");
    REQUIRE(finding.evidence.size() == 8);
    CHECK(finding.evidence[0].vantage == "authority (192.0.2.54)");
    CHECK(finding.evidence[0].stance == Stance::kBad);
    CHECK(finding.evidence[1].stance == Stance::kGood);
    CHECK(finding.evidence[2].vantage == "rtp 198.51.100.7:9000 (authority and google)");
    world.Trains(true);
    const auto causes = Correlate(world.Findings(), world.settings);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "dns-authority-split:example.com");
    CHECK(causes[0].symptoms.size() == 2);
    CHECK(AffectedBy(causes[0]) == std::vector<std::string>{"d1", "d2"});
    CHECK(Headline(causes[0], 3) == finding.summary);
  }

  TEST_CASE("dns-authority-split: where the dialer echoes at no address, no server is to blame for that") {
    Lagging world;
    for (int turn = 0; turn < 2; ++turn) world.Trains(true, true);
    const auto causes = Correlate(world.Findings(), world.settings);
    REQUIRE_FALSE(causes.empty());
    for (const Cause& cause : causes) CHECK(cause.findings[0].rule == "rtp-unreachable");
  }

  TEST_CASE(
      "dns-authority-split: where no server gives the address that echoes, none is right beside one that is wrong") {
    Lagging world;
    for (int turn = 0; turn < 2; ++turn) {
      world.Turn({Silent(Echoes("d1", "198.51.100.7", {}, true)), Echoes("d1", "198.51.100.11", {"google"})});
      world.Round(Gives(kFirst, "d1", {"198.51.100.13"}), Gives(kSecond, "d1", {"198.51.100.7"}));
    }
    CHECK(world.Find("dns-authority-split:example.com:192.0.2.54") == nullptr);
    CHECK(world.Find(kNameSplit[0]) != nullptr);
  }

  TEST_CASE("dns-authority-split: late serials hit those whose answers differ, and all where no answer does") {
    Lagging world;
    world.Answers();
    world.now += 3601s;
    Look(world, GoodZone(2, 1));
    auto findings = world.Findings();
    REQUIRE(findings.size() == 3);
    CHECK(findings[2].id == kZoneSplit[0]);
    CHECK(findings[2].affected == std::vector<std::string>{"d1", "d2"});
    for (const char* dialer : {"d1", "d2"}) world.Round(Gives(kSecond, dialer, {"198.51.100.11"}));
    CHECK(Only(world).affected == std::vector<std::string>{"d1", "d2", "d3"});
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
      "T12 dns-authority-split: while the serials differ a change is on its way, for twice the limit and the refresh") {
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

  TEST_CASE("T12 dns-authority-split: once the serials agree, names are on their way until they are asked anew") {
    World world;
    Look(world, GoodZone(2, 1));
    const auto differ = [&] {
      world.Round(Gives(kFirst, "d1", {"198.51.100.11"}), Gives(kSecond, "d1", {"198.51.100.7"}));
    };
    differ();
    world.now += 1s;
    Look(world, GoodZone(2, 2));
    CHECK(world.Ids() == kNameSplit);
    CHECK(Only(world).severity == Severity::kInfo);
    differ();
    CHECK(world.Ids() == kNameSplit);
    CHECK(Only(world).severity == Severity::kWarning);
  }

  TEST_CASE("T12 dns-authority-split: twice the limit counts where the refresh is shorter") {
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

  TEST_CASE("T12 dns-authority-split: serials are compared on a circle") {
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

  TEST_CASE("T12 dns-authority-split: a serial that went back is a warning at once, for it does not heal by itself") {
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

  TEST_CASE(
      "T11 dns-authority-split: the parent delegates to a server that the zone does not name, and the other way") {
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

  TEST_CASE("T11 dns-authority-split: glue that is not the address that the zone gives") {
    World world;
    auto zone = GoodZone();
    zone.glue[1].data = "192.0.2.99";
    Look(world, zone);
    REQUIRE(world.Ids() == kZoneSplit);
    CHECK(Only(world).summary ==
          "com gives ns2.example.com the address 192.0.2.99, example.com itself gives 192.0.2.54");
  }

  TEST_CASE(
      "T11 dns-authority-split: glue that is left out, or of another zone's name, or without a parent is no fault") {
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
      "T11 dns-authority-split: a delegation that changes has a quarter of an hour, since the parent is asked seldom") {
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

  TEST_CASE("dns-authority-split: name servers that are new are told for an hour, with those before") {
    World world;
    Look(world, GoodZone());
    auto zone = GoodZone();
    zone.delegation = {NsRecord("ns1.example.net", 86400)};
    zone.glue.clear();
    for (auto& server : zone.servers) server.ns.answers = {NsRecord("ns1.example.net")};
    world.now += 30s;
    Look(world, zone);
    REQUIRE(world.Ids() == kZoneSplit);
    CHECK(Only(world).severity == Severity::kWarning);
    CHECK(Only(world).since == kMonday + 30s);
    CHECK(Only(world).summary ==
          "example.com has another name server of late: ns1.example.net; before they were ns1.example.com and "
          "ns2.example.com");
    CHECK(Only(world).advice ==
          std::vector<std::string>{"if nobody meant to change them, look at the account at the registrar at once: who "
                                   "holds that holds example.com"});
    world.now += 1h;
    CHECK(world.Ids() == kZoneSplit);
    world.now += 1s;
    CHECK(world.Ids().empty());
  }

  TEST_CASE("dns-authority-split: a name server that is gone, or is back, is not new") {
    World world;
    Look(world, GoodZone());
    auto zone = GoodZone();
    zone.delegation.pop_back();
    for (auto& server : zone.servers) server.ns.answers.pop_back();
    Look(world, zone);
    CHECK(world.Ids().empty());
    Look(world, GoodZone());
    CHECK(world.Ids().empty());
  }

  TEST_CASE("dns-authority-split: names without end are not kept") {
    World world;
    for (int i = 0; i < 200; ++i) {
      auto zone = GoodZone();
      for (auto& server : zone.servers) server.ns.answers.push_back(NsRecord("n" + std::to_string(i) + ".example.net"));
      Look(world, zone);
    }
    CHECK(world.picture.zones().at("example.com").named.size() <= 64);
  }
}

}  // namespace dialwatch::diagnosis
