#include "diagnosis/rules/ttl.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

const std::vector<std::string> kRight{"198.51.100.11"};

}  // namespace

TEST_SUITE("diagnosis/rules/ttl") {
  TEST_CASE("ttl-policy: an authority above the limit, and nothing about the resolvers that repeat it") {
    World world;
    world.Round(Gives(kAuthority, "d1", kRight, 86400s), Gives(kGoogle, "d1", kRight, 86000s));
    REQUIRE(world.Ids() == Ids{"ttl-policy:d1:example.com"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.summary == "the authority of example.com gives d1.example.com A a TTL of 1d, above the limit of 5m");
    CHECK(finding.evidence[0].note == "d1.example.com A");
    CHECK(finding.evidence[0].ttl == 86400s);
    CHECK(finding.evidence[1].vantage == "google (8.8.8.8)");
  }

  TEST_CASE("ttl-policy: any link counts, be it an alias, and the evidence names it") {
    World world;
    auto chain = Gives(kAuthority, "d1", kRight, 60s);
    chain.answers.insert(chain.answers.begin(), {"d1.example.com", RecordType::kCname, 3600, "lb.example.com"});
    world.Add(chain);
    REQUIRE(world.Ids() == Ids{"ttl-policy:d1:example.com"});
    CHECK(world.Findings()[0].evidence[0].note == "d1.example.com CNAME");
    CHECK(world.Findings()[0].evidence[0].ttl == 3600s);
  }

  TEST_CASE("ttl-policy: the limit itself is allowed, and each dialer has its own") {
    World world;
    world.Add(Gives(kAuthority, "d1", kRight, 300s));
    CHECK(world.Ids().empty());
    world.settings.dialers[0].ttl_max = 299s;
    CHECK(world.Ids() == Ids{"ttl-policy:d1:example.com"});
  }

  TEST_CASE("ttl-policy: a server that is not authoritative is no measure") {
    World world;
    auto lame = Gives(kAuthority, "d1", kRight, 86400s);
    lame.aa = false;
    world.Add(lame);
    CHECK(world.Ids().empty());
  }
}

}  // namespace dialwatch::diagnosis
