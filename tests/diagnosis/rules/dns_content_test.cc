#include "diagnosis/rules/dns_content.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/media/media_world.h"

namespace dialwatch::diagnosis {
namespace {

std::vector<std::string> Vantages(const Finding& finding) {
  std::vector<std::string> vantages;
  for (const EvidenceRow& row : finding.evidence) vantages.push_back(row.vantage);
  return vantages;
}

// google and quad9 hold yesterday's address, beyond its TTL; the rest has today's.
World AfterChange(Duration since_change, seconds old_ttl = 300s) {
  World world;
  world.Add(Gives(kAuthority, "d1", {"198.51.100.7"}, old_ttl));
  world.now += 30s;
  world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
  world.now += since_change;
  world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
  return world;
}

}  // namespace

TEST_SUITE("diagnosis/rules/dns_content") {
  TEST_CASE("dns-bogus says who gives what, against which, and for how long") {
    World world;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kQuad9, "d1", {"198.51.100.11"}, 211s),
                Gives(kGoogle, "d1", {"203.0.113.66"}, 86340s), Gives(kCloudflare, "d1", {"198.51.100.11"}));
    world.now += 30s;
    const auto findings = DnsBogus({world.picture, world.settings, world.Judgements(), {}, world.now});
    REQUIRE(findings.size() == 1);
    const Finding& finding = findings[0];
    CHECK(finding.summary ==
          "google gives 203.0.113.66 for d1.example.com, which neither the authority (198.51.100.11) nor history "
          "knows; its copy lives 23h 58m more");
    CHECK(finding.subject.ToString() == "d1 google");
    CHECK(finding.since == kMonday);
    CHECK(finding.eta == kMonday + 86340s);
    CHECK(finding.affected == std::vector<std::string>{"d1"});
    CHECK(Shown(finding.evidence[0]) == EvidenceRow{"google (8.8.8.8)", "203.0.113.66", 86340s, "NOERROR", 12.0,
                                                    "bogus, until 2020-09-01T20:04:00Z"});
    CHECK(Vantages(finding) == std::vector<std::string>{"google (8.8.8.8)", "authority (192.0.2.53)",
                                                        "cloudflare (1.1.1.1)", "quad9 (9.9.9.9)"});
    CHECK(finding.advice.at(0) == "flush the affected names at https://dns.google/cache");
    CHECK(finding.advice.at(1) == "until then, let clients and servers that use google ask quad9, which is right");
  }

  TEST_CASE("what the dialer's RTP port says at the wrong address stands beside it, and nothing of others") {
    World world;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kGoogle, "d1", {"203.0.113.66"}));
    world.picture.Add(Says("d1", "203.0.113.66", {"google"}, PortOutcome::kRefused));
    world.picture.Add(Says("d1", "198.51.100.11", {"quad9"}, PortOutcome::kSilent, true));
    const auto findings = DnsBogus({world.picture, world.settings, world.Judgements(), {}, world.now});
    REQUIRE(findings.size() == 1);
    CHECK(Vantages(findings[0]) == std::vector<std::string>{"google (8.8.8.8)", "authority (192.0.2.53)",
                                                            "rtp.port 203.0.113.66:10000 (google)"});
    CHECK(findings[0].evidence.back().note ==
          "refused: the host is up, and nobody listens there, as it is while there is no call");
  }

  TEST_CASE("right answers make no finding") {
    World world;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kQuad9, "d1", {"198.51.100.11"}, 12s),
                Gives(kGoogle, "d1", {"198.51.100.11"}, 299s));
    CHECK(world.Ids().empty());
  }

  TEST_CASE("each operator has its own way to flush") {
    World world;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kQuad9, "d1", {"203.0.113.66"}),
                Gives(kCloudflare, "d1", {"203.0.113.66"}));
    const auto findings = world.Findings();
    REQUIRE(findings.size() == 2);
    CHECK(findings[0].advice[0] == "flush the affected names at https://one.one.one.one/purge-cache/");
    CHECK(findings[1].advice[0] ==
          "have the operator of quad9 drop its copy of the affected names: there is no page for that, write to "
          "https://www.quad9.net/support/contact");
    CHECK(findings[1].advice.size() == 2);  // nobody is right whom one could ask instead
  }

  TEST_CASE("of several wrong copies at one resolver the one that lives longest gives the ETA") {
    World world;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kGoogle, "d1", {"203.0.113.66"}, 100s),
                Gives(ViaResolver("google", "8.8.4.4"), "d1", {"203.0.113.66"}, 500s));
    CHECK(world.Ids() == Ids{"dns-bogus:d1:google", "ttl-impossible:d1:google"});
    CHECK(world.Findings()[0].eta == kMonday + 500s);
    CHECK(world.Findings()[0].evidence[1].vantage == "google (8.8.4.4)");
    CHECK(world.Findings()[0].evidence[2].vantage == "google (8.8.8.8)");
  }

  TEST_CASE("without an authority a bogus answer is held against what is expected") {
    World world;
    Expect(world.settings.dialers[0], {"198.51.100.0/24"}, config::ExpectMode::kPrefix);
    world.Round(Gives(kGoogle, "d1", {"203.0.113.66"}, 0s));
    REQUIRE(world.Ids() == Ids{"dns-bogus:d1:google"});
    CHECK(world.Findings()[0].summary ==
          "google gives 203.0.113.66 for d1.example.com, which is not what is expected (within 198.51.100.0/24)");
  }

  TEST_CASE("while the authority is silent its last word is told") {
    World world;
    world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
    world.now += 30s;
    world.Round(Silence(kAuthority, "d1"), Gives(kGoogle, "d1", {"203.0.113.66"}, 0s));
    CHECK(
        world.Findings()[0].summary ==
        "google gives 203.0.113.66 for d1.example.com, which neither the authority (198.51.100.11) nor history knows");
  }

  TEST_CASE("a planned change propagates: an info with its end, and nothing else") {
    World world = AfterChange(10s);
    world.Round(Gives(kGoogle, "d1", {"198.51.100.7"}, 120s), Gives(kQuad9, "d1", {"198.51.100.11"}));
    REQUIRE(world.Ids() == Ids{"dns-propagating:d1:google"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kInfo);
    CHECK(finding.eta == world.now + 120s);
    CHECK(finding.summary ==
          "google still gives 198.51.100.7 for d1.example.com, which the authority gave until 2020-08-31T20:05:00Z "
          "with a TTL of 5m, as it may; now it is 198.51.100.11; its copy lives 2m more");
  }

  TEST_CASE("dns-stale: beyond its old TTL the past answer is no longer excused") {
    World world = AfterChange(10min);
    world.Round(Gives(kGoogle, "d1", {"198.51.100.7"}, 240s), Gives(kQuad9, "d1", {"198.51.100.11"}));
    REQUIRE(world.Ids() == Ids{"dns-stale:d1:google"});
    CHECK(world.Findings()[0].severity == Severity::kCritical);
    CHECK(world.Findings()[0].summary ==
          "google still gives 198.51.100.7 for d1.example.com, which the authority gave until 2020-08-31T20:05:00Z "
          "with a TTL of 5m; right is 198.51.100.11; its copy lives 4m more");
  }

  TEST_CASE("the copy that lives the longest tells the end, though one that dies sooner was seen after it") {
    World world;
    world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
    world.Round(Gives(kGoogle, "d1", {"203.0.113.66"}, 6h));
    world.now += 30s;
    world.Round(Gives(kGoogle, "d1", {"203.0.113.66"}, 1h));
    REQUIRE(world.Ids().at(0) == "dns-bogus:d1:google");
    CHECK(world.Findings()[0].eta == kMonday + 6h);
  }

  TEST_CASE("outside of a geo service's networks is worth a look, and nobody's sleep") {
    World world;
    Expect(world.settings.dialers[0], {"198.51.100.0/24"}, config::ExpectMode::kPrefix);
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kGoogle, "d1", {"203.0.113.66"}),
                Gives(kQuad9, "d1", {"198.51.100.99"}));
    REQUIRE(world.Ids() == Ids{"dns-bogus:d1:google"});
    CHECK(world.Findings()[0].severity == Severity::kWarning);
  }

  TEST_CASE("a control name tells a wrong copy from another authority") {
    World world;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kGoogle, "d1", {"203.0.113.66"}, 0s));
    const auto control = [](const probes::Via& via, const std::string& address) {
      auto sample = Gives(via, "x1.probe", {address}, 5s);
      sample.purpose = probes::Purpose::kControl;
      sample.zone = "example.com";
      return sample;
    };
    world.Add(control(kAuthority, "192.0.2.1"));
    world.Add(control(kGoogle, "192.0.2.1"));
    CHECK(world.Findings()[0].advice[0] ==
          "flush the affected names at https://dns.google/cache: names of example.com that no cache can hold are right "
          "there, so it is the copy");
    world.Add(control(kGoogle, "203.0.113.66"));
    CHECK(world.Findings()[0].summary ==
          "google gives 203.0.113.66 for d1.example.com, which neither the authority (198.51.100.11) nor history "
          "knows; it sees another authority than we do");
    CHECK(
        world.Findings()[0].advice[0] ==
        "look at the delegation of example.com at its registrar and at the parent zone's servers: through google even "
        "names that no cache can hold are wrong, so a flush will not help");
  }

  TEST_CASE("an extended error is shown, made safe") {
    World world;
    auto odd = Denies(kGoogle, "d1");
    odd.extended_errors = {{24, "odd\x1b"}};
    odd.nsid = "gpdns-fra";
    odd.transport = config::Transport::kTcp;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), odd);
    CHECK(world.Findings()[0].evidence[0].note ==
          "denied, until 2020-08-31T20:06:00Z, EDE 24 Invalid Data (odd\\027), site fra, over tcp");
    CHECK(world.Findings()[0].evidence[0].rcode == "NXDOMAIN");
    CHECK_FALSE(world.Findings()[0].evidence[0].answer);
  }

  TEST_CASE("dns-unexpected blames the authority alone") {
    World world;
    Expect(world.settings.dialers[0], {"198.51.100.11"});
    world.Round(Gives(kAuthority, "d1", {"203.0.113.66"}), Gives(ViaAuthority("192.0.2.54"), "d1", {"198.51.100.11"}),
                Gives(kGoogle, "d1", {"203.0.113.66"}), Gives(kQuad9, "d1", {"203.0.113.66"}));
    REQUIRE(world.Ids() == Ids{"dns-unexpected:d1:example.com", "dns-authority-split:d1:example.com"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.summary ==
          "the authority of example.com gives 203.0.113.66 for d1.example.com, where 198.51.100.11 is expected");
    CHECK(finding.evidence[0].vantage == "authority (192.0.2.53)");
    CHECK_FALSE(finding.eta);
    CHECK(finding.advice.size() == 3);
  }

  TEST_CASE("dns-unexpected: a name that its authority denies cannot be found by anybody") {
    World world;
    world.Round(Denies(kAuthority, "d1"), Denies(kGoogle, "d1"));
    REQUIRE(world.Ids() == Ids{"dns-unexpected:d1:example.com"});
    CHECK(world.Findings()[0].summary ==
          "the authority of example.com denies d1.example.com (NXDOMAIN): no client can find this dialer");
  }

  TEST_CASE("several types of one dialer at one resolver are one finding, with the rows of those types only") {
    World world;
    world.settings.dialers[0].types = {RecordType::kA, RecordType::kAaaa};
    const auto v6 = [](const probes::Via& via, const std::string& address) {
      return Gives(via, "d1", {address}, 300s, RecordType::kAaaa);
    };
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kGoogle, "d1", {"198.51.100.11"}),
                v6(kAuthority, "2001:db8::11"), v6(kGoogle, "2001:db8::66"));
    REQUIRE(world.Ids() == Ids{"dns-bogus:d1:google"});
    CHECK(world.Findings()[0].evidence.size() == 2);
  }
}

}  // namespace dialwatch::diagnosis
