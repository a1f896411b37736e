#include "diagnosis/rules/ttl_policy.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/zone/zone_builders.h"

namespace dialwatch::diagnosis {
namespace {

const std::vector<std::string> kRight{"198.51.100.11"};

}  // namespace

TEST_SUITE("diagnosis/rules/ttl_policy") {
  TEST_CASE("T1 ttl-policy: an authority above the limit, and nothing about the resolvers that repeat it") {
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

  TEST_CASE("T4 ttl-policy: any link counts, be it an alias, and the evidence names it") {
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

  TEST_CASE("T1 ttl-policy: a link in another zone is said to be of that") {
    World world;
    auto chain = Gives(ViaAuthority("192.0.2.60", "example.net"), "d1", kRight, 60s);
    chain.answers.insert(chain.answers.begin(), {"d1.example.com", RecordType::kCname, 301, "pool.example.net"});
    world.Add(chain);
    REQUIRE(world.Ids() == Ids{"ttl-policy:d1:example.net"});
    CHECK(world.Findings()[0].summary ==
          "the zone of d1.example.com gives d1.example.com CNAME a TTL of 5m 1s, above the limit of 5m");
  }

  TEST_CASE("T1 ttl-policy: of each type of record, and never for the sake of a signature") {
    for (const RecordType type : {RecordType::kA, RecordType::kAaaa, RecordType::kHttps, RecordType::kSrv}) {
      World world;
      world.settings.dialers[0].types = {type};
      world.Add(Gives(kAuthority, "d1", kRight, 301s, type));
      CHECK(world.Ids() == Ids{"ttl-policy:d1:example.com"});
    }
    World world;
    auto answer = Gives(kAuthority, "d1", kRight, 300s);
    answer.answers.push_back({"d1.example.com", RecordType::kRrsig, 86400, "A"});
    world.Add(answer);
    CHECK(world.Ids().empty());
  }

  TEST_CASE("T4 ttl-policy: three aliases are as many as there should be") {
    for (const int links : {3, 4}) {
      World world;
      auto chain = Gives(kAuthority, "d1", kRight, 60s);
      for (int i = 0; i < links; ++i) {
        chain.answers.push_back({"a" + std::to_string(i) + ".example.com", RecordType::kCname, 60, "x.example.com"});
      }
      world.Add(chain);
      CHECK(world.Ids() == (links == 3 ? Ids{} : Ids{"ttl-policy:d1:example.com"}));
      if (links == 4) {
        CHECK(world.Findings()[0].summary ==
              "d1.example.com is reached over 4 aliases, more than 3: each has a TTL and an owner of its own");
        CHECK(world.Findings()[0].severity == Severity::kWarning);
      }
    }
  }

  TEST_CASE("T2 ttl-too-low: below half a minute, on any link, is an info") {
    for (const auto& [ttl, ids] :
         {std::pair(0s, Ids{"ttl-too-low:d1:example.com"}), {29s, Ids{"ttl-too-low:d1:example.com"}}, {30s, Ids{}}}) {
      World world;
      world.Add(Gives(kAuthority, "d1", kRight, ttl));
      CHECK(world.Ids() == ids);
    }
    World world;
    auto chain = Gives(kAuthority, "d1", kRight, 60s);
    chain.answers.insert(chain.answers.begin(), {"d1.example.com", RecordType::kCname, 0, "lb.example.com"});
    world.Round(chain, Gives(kGoogle, "d1", kRight, 1s));
    REQUIRE(world.Ids() == Ids{"ttl-too-low:d1:example.com"});
    CHECK(world.Findings()[0].severity == Severity::kInfo);
    CHECK(world.Findings()[0].summary ==
          "the authority of example.com gives d1.example.com CNAME a TTL of 0s, below 30s: caches do not bridge an "
          "outage "
          "of the authority");
  }
}

}  // namespace dialwatch::diagnosis
