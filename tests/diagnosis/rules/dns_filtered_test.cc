#include "diagnosis/rules/dns_filtered.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

World WithAuthority(const std::string& address = "198.51.100.11") {
  World world;
  world.Add(Gives(kAuthority, "d1", {address}));
  return world;
}

DnsSample Quad9Blocks() {
  auto blocked = Reply(kQuad9, "d1", probes::kRcodeNxDomain);
  blocked.ra = false;
  return blocked;
}

}  // namespace

TEST_SUITE("diagnosis/rules/dns_filtered") {
  TEST_CASE("dns-filtered: Quad9's way") {
    World world = WithAuthority();
    world.Round(Quad9Blocks());
    REQUIRE(world.Ids() == Ids{"dns-filtered:d1:quad9"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.summary == "quad9 blocks d1.example.com (NXDOMAIN), while the authority gives 198.51.100.11");
    CHECK_FALSE(finding.eta);
    CHECK(finding.advice[1] ==
          "ask the operator's service without a filter as well (Quad9: 9.9.9.10): if it is right there, it is the "
          "blocklist");
  }

  TEST_CASE("dns-filtered: by its own word, with a denial, an address or an error") {
    for (DnsSample sample :
         {Denies(kGoogle, "d1"), Gives(kGoogle, "d1", {"203.0.113.66"}), Reply(kGoogle, "d1", probes::kRcodeRefused)}) {
      World world = WithAuthority();
      sample.extended_errors = {{15, "by the office"}};
      world.Round(sample);
      REQUIRE(world.Ids() == Ids{"dns-filtered:d1:google"});
      CHECK(world.Findings()[0].summary.find("EDE 15 Blocked (by the office)") != std::string::npos);
    }
  }

  TEST_CASE("dns-filtered: an address that leads nowhere") {
    for (const auto* address : {"0.0.0.0", "127.0.0.1", "192.168.1.1"}) {
      World world = WithAuthority();
      world.Round(Gives(kGoogle, "d1", {address}));
      CHECK(world.Ids() == Ids{"dns-filtered:d1:google"});
    }
  }

  TEST_CASE("a dialer in a private network has no sinkholes") {
    World world = WithAuthority("10.1.2.3");
    world.Round(Gives(kGoogle, "d1", {"10.9.9.9"}));
    CHECK(world.Ids() == Ids{"dns-bogus:d1:google"});
  }

  TEST_CASE("where the authority denies the name as well nothing is filtered") {
    World world;
    world.Round(Denies(kAuthority, "d1"), Quad9Blocks());
    CHECK(world.Ids() == Ids{"dns-unexpected:d1:example.com"});
  }

  TEST_CASE("one such reply is an info") {
    World world = WithAuthority();
    world.Add(Quad9Blocks());
    CHECK(world.Findings().at(0).severity == Severity::kInfo);
  }
}

}  // namespace dialwatch::diagnosis
