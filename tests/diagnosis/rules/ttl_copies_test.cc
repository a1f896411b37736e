#include "diagnosis/rules/ttl_copies.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

const std::vector<std::string> kRight{"198.51.100.11"};

}  // namespace

TEST_SUITE("diagnosis/rules/ttl_copies") {
  TEST_CASE("T5 ttl-impossible: longer than anything the authority gave, with a slack of 2 s") {
    for (const auto& [ttl, ids] : {std::pair(302s, Ids{}), {303s, Ids{"ttl-impossible:d1:google"}}}) {
      World world;
      world.Round(Gives(kAuthority, "d1", kRight, 300s), Gives(kGoogle, "d1", kRight, ttl));
      CHECK(world.Ids() == ids);
    }
  }

  TEST_CASE("ttl-impossible says how long, against what, since when, and until when") {
    World world;
    world.Round(Gives(kAuthority, "d1", kRight, 300s), Gives(kGoogle, "d1", kRight, 86340s));
    const Finding finding = world.Findings().at(0);
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.eta == kMonday + 86340s);
    CHECK(finding.summary ==
          "google holds d1.example.com with 23h 59m left, longer than any TTL seen at the authority (5m at most since "
          "2020-08-31T20:05:00Z)");
  }

  TEST_CASE("ttl-impossible: a TTL of 60 s at the authority makes 300 s at a resolver impossible") {
    World world;
    world.Round(Gives(kAuthority, "d1", kRight, 60s), Gives(kGoogle, "d1", kRight, 300s));
    CHECK(world.Ids() == Ids{"ttl-impossible:d1:google"});
  }

  TEST_CASE("ttl-impossible: what the authority gives now counts, even if its TTL is shorter than a round") {
    World world;
    world.Add(Gives(kAuthority, "d1", kRight, 5s));
    world.now += 30s;
    world.Add(Gives(kGoogle, "d1", kRight, 5s));
    CHECK(world.Ids() == Ids{"ttl-too-low:d1:example.com"});
  }

  TEST_CASE("nothing is impossible while the authority says nothing") {
    World world;
    world.Add(Gives(kAuthority, "d1", kRight, 300s));
    world.now += 30s;
    world.Round(Silence(kAuthority, "d1"), Gives(kGoogle, "d1", kRight, 86400s));
    CHECK(world.Ids().empty());
  }

  TEST_CASE("T6 ttl-lingering: a long TTL from before it was lowered, with its end") {
    World world;
    world.Add(Gives(kAuthority, "d1", kRight, 86400s));
    world.now += 30s;
    world.Round(Gives(kAuthority, "d1", kRight, 300s), Gives(kGoogle, "d1", kRight, 80000s),
                Gives(kQuad9, "d1", kRight, 300s));
    REQUIRE(world.Ids() == Ids{"ttl-lingering:d1:google"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.eta == world.now + 80000s);
    CHECK(finding.summary ==
          "google holds d1.example.com with 22h 13m left, from before the authority lowered its TTL from 1d to 5m");
  }

  TEST_CASE("a copy with a long TTL is lingering for as long as the old one may be cached, then impossible") {
    World world;
    world.Add(Gives(kAuthority, "d1", kRight, 3600s));
    world.now += 30s;
    world.Add(Gives(kAuthority, "d1", kRight, 300s));
    world.now += 3600s;
    world.Round(Gives(kAuthority, "d1", kRight, 300s), Gives(kGoogle, "d1", kRight, 400s));
    CHECK(world.Ids() == Ids{"ttl-lingering:d1:google"});
    world.now += 1s;
    world.Round(Gives(kAuthority, "d1", kRight, 300s), Gives(kGoogle, "d1", kRight, 400s));
    CHECK(world.Ids() == Ids{"ttl-impossible:d1:google"});
  }

  TEST_CASE("a wrong copy with an impossible TTL is both") {
    World world;
    world.Round(Gives(kAuthority, "d1", kRight, 300s), Gives(kGoogle, "d1", {"203.0.113.66"}, 86400s));
    CHECK(world.Ids() == Ids{"dns-bogus:d1:google", "ttl-impossible:d1:google"});
  }

  TEST_CASE(
      "ttl-impossible: seen once it is an info, and a copy behind the address counts though the newest is shorter") {
    World world;
    world.Add(Gives(kAuthority, "d1", kRight, 300s));
    world.Add(Gives(kGoogle, "d1", kRight, 86340s));
    CHECK(world.Findings().at(0).severity == Severity::kInfo);
    world.Add(Again(Gives(kGoogle, "d1", kRight, 86340s)));
    world.now += 10s;
    world.Add(Gives(kGoogle, "d1", kRight, 200s));
    REQUIRE(world.Ids() == Ids{"ttl-impossible:d1:google"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.eta == kMonday + 86340s);
    CHECK(Shown(finding.evidence[0]) ==
          EvidenceRow{"google (8.8.8.8)", "198.51.100.11", 86340s, "NOERROR", 12.0, "ok, seen 20:05:00 UTC"});
  }

  TEST_CASE("T14 ttl-lingering: the signature shows the TTL that the authority gave") {
    const auto signed_with = [](seconds original, seconds left) {
      auto sample = Gives(kGoogle, "d1", kRight, left);
      sample.answers.push_back(
          {sample.host, RecordType::kRrsig, static_cast<std::uint32_t>(left.count()),
           "A 13 3 " + std::to_string(original.count()) + " 20200930000000 20200831000000 12345 example.com AAAA"});
      return sample;
    };
    for (const auto& [original, ids] : {std::pair(300s, Ids{}), {86400s, Ids{"ttl-lingering:d1:google"}}}) {
      World world;
      world.Round(Gives(kAuthority, "d1", kRight, 300s), signed_with(original, 120s));
      CHECK(world.Ids() == ids);
    }
    World world;
    world.Round(Gives(kAuthority, "d1", kRight, 300s), signed_with(86400s, 120s));
    CHECK(world.Findings()[0].summary ==
          "google holds d1.example.com as the authority gave it with a TTL of 1d (so its signature says), above the "
          "limit of 5m");
    CHECK(world.Findings()[0].eta == kMonday + 120s);
    world.Add(Gives(kAuthority, "d1", kRight, 86400s));
    CHECK(world.Ids() == Ids{"ttl-policy:d1:example.com"});  // the authority still gives it: that says all
  }
}

}  // namespace dialwatch::diagnosis
