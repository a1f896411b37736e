#include "diagnosis/rules/dns_intercepted.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "diagnosis/causes/headline.h"
#include "tests/diagnosis/zone/zone_builders.h"

namespace dialwatch::diagnosis {
namespace {

const std::vector<std::string> kRight{"198.51.100.11"}, kWrong{"203.0.113.66"};
const probes::Via kQuad9Tls = ViaResolver("quad9-tls");

// quad9 over port 53 and over TLS.
World TwoWays() {
  World world;
  world.settings.resolvers.push_back({.name = "quad9-tls",
                                      .operator_name = "quad9",
                                      .addresses = {kQuad9Tls.server},
                                      .transport = config::Transport::kTls});
  world.Add(Gives(kAuthority, "d1", kRight));
  return world;
}

DnsSample By(DnsSample sample, const std::string& nsid) {
  sample.nsid = nsid;
  return sample;
}

DnsSample Plain(const std::vector<std::string>& answer, const std::string& nsid = "") {
  return By(Gives(kQuad9, "d1", answer, 60s), nsid);
}

DnsSample Encrypted(const std::vector<std::string>& answer = kRight) {
  return By(Gives(kQuad9Tls, "d1", answer), "res100.fra.rrdns.pch.net");
}

}  // namespace

TEST_SUITE("diagnosis/rules/dns_intercepted") {
  TEST_CASE("dns-intercepted: another answer on port 53, twice, from somebody who does not say who he is") {
    World world = TwoWays();
    world.Round(Plain(kWrong), Encrypted());
    REQUIRE(world.Ids() == Ids{"dns-bogus:d1:quad9", "dns-intercepted:d1:quad9"});
    const auto findings = world.Findings();
    CHECK(findings[1].severity == Severity::kCritical);
    CHECK(findings[1].summary ==
          "something on the path answers in place of quad9: over port 53 it gives 203.0.113.66 for d1.example.com and "
          "does not say who it is, over tls 198.51.100.11 and calls itself res100.fra.rrdns.pch.net");
    CHECK(findings[1].advice[0] == "let clients here ask quad9 over tls instead of port 53");
    const auto causes = Correlate(findings, world.settings);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "dns-intercepted:quad9");
    CHECK(causes[0].symptoms.size() == 1);
  }

  TEST_CASE("a server of the zone in whose place it answers, too, without AA, is not lame for itself") {
    World world = TwoWays();
    for (int look = 0; look < 3; ++look) {
      auto zone = GoodZone();
      zone.servers[0].soa.aa = false;
      Look(world, zone);
    }
    auto answer = Gives(kAuthority, "d1", kWrong);
    answer.aa = false;
    world.Round(answer, Plain(kWrong), Encrypted());
    auto causes = Correlate(world.Findings(), world.settings);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "dns-intercepted:quad9");
    CHECK(std::ranges::count(causes[0].symptoms, "dns-lame", &Finding::rule) == 1);
    world.Round(Gives(kAuthority, "d1", kRight), Plain(kWrong), Encrypted());
    CHECK(Correlate(world.Findings(), world.settings).size() == 2);
  }

  TEST_CASE("somebody with another kind of name is another one, too") {
    World world = TwoWays();
    world.Round(Plain(kWrong, "resolver3.isp.example"), Encrypted());
    CHECK(world.Ids() == Ids{"dns-bogus:d1:quad9", "dns-intercepted:d1:quad9"});
  }

  TEST_CASE("that the operator itself answered on port 53 before changes nothing") {
    World world = TwoWays();
    world.Round(Plain(kRight, "res7.ams.rrdns.pch.net"), Encrypted());
    CHECK(world.Ids().empty());
    world.now += 30s;
    world.Round(Plain(kWrong, "resolver3.isp.example"), Encrypted());
    REQUIRE(world.Ids() == Ids{"dns-bogus:d1:quad9", "dns-intercepted:d1:quad9"});
    CHECK(world.Findings()[1].summary.find("calls itself resolver3.isp.example, over tls") != std::string::npos);
  }

  TEST_CASE("a wrong copy at the operator itself, on another of its machines, is no interception") {
    World world = TwoWays();
    world.Round(Plain(kWrong, "res7.ams.rrdns.pch.net"), Encrypted());
    CHECK(world.Ids() == Ids{"dns-bogus:d1:quad9"});
  }

  TEST_CASE("once is not twice running") {
    World world = TwoWays();
    world.Add(Plain(kWrong));
    world.Round(Encrypted());
    CHECK(world.Ids() == Ids{"dns-bogus:d1:quad9"});
    world.now += 30s;
    world.Add(Plain(kRight));
    world.now += 30s;
    world.Add(Plain(kWrong));
    CHECK(world.Ids() == Ids{"dns-bogus:d1:quad9"});
  }

  TEST_CASE("answers that have an address in common do not contradict, nor do two denials") {
    World world = TwoWays();
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11", "198.51.100.12"}), Plain({"198.51.100.11", "198.51.100.12"}),
                Encrypted({"198.51.100.11", "198.51.100.12"}));
    CHECK(world.Ids().empty());
    World denied = TwoWays();
    denied.Round(Denies(kQuad9, "d1"), By(Denies(kQuad9Tls, "d1"), "res100.fra.rrdns.pch.net"));
    CHECK(denied.Ids() == Ids{"dns-denied:d1:quad9", "dns-denied:d1:quad9-tls"});
  }

  TEST_CASE("where the encrypted way does not say who it is, nothing can be told") {
    World world = TwoWays();
    world.Round(Plain(kWrong), By(Encrypted(), ""));
    CHECK(world.Ids() == Ids{"dns-bogus:d1:quad9"});
  }

  TEST_CASE("two operators may disagree") {
    World world = TwoWays();
    world.Round(Gives(kGoogle, "d1", kWrong), Encrypted());
    CHECK(world.Ids() == Ids{"dns-bogus:d1:google"});
  }
}

}  // namespace dialwatch::diagnosis
