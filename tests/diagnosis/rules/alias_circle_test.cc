#include "diagnosis/rules/alias_circle.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "diagnosis/causes/headline.h"
#include "tests/diagnosis/zone/zone_builders.h"

namespace dialwatch::diagnosis {
namespace {

DnsRecord Alias(const std::string& owner, const std::string& target) {
  return {owner, RecordType::kCname, 60, target};
}

}  // namespace

TEST_SUITE("diagnosis/rules/alias_circle") {
  TEST_CASE("aliases that come back to a name are told with their way, and what resolvers make of it is a symptom") {
    World world;
    auto sample = Gives(ViaAuthority("192.0.2.60", "example.net"), "d1", {});
    sample.answers = {Alias("pool.example.net", "lb.example.net"), Alias("lb.example.net", "pool.example.net"),
                      Alias("d1.example.com", "pool.example.net")};
    for (int i = 0; i < 3; ++i) {
      world.now += 30s;
      world.Round(sample, Reply(kGoogle, "d1", probes::kRcodeServFail));
    }
    REQUIRE(world.Ids() == Ids{"dns-unexpected:d1:example.net", "dns-failing:d1:google"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.summary ==
          "d1.example.com has no address: its aliases lead in a circle, d1.example.com → pool.example.net → "
          "lb.example.net → pool.example.net");
    CHECK(finding.affected == std::vector<std::string>{"d1"});
    const auto causes = Correlate(world.Findings(), world.settings);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].symptoms.size() == 1);
  }

  TEST_CASE("an alias of itself is a circle; aliases that end are none, nor is what a resolver says") {
    World world;
    auto self = Gives(kAuthority, "d1", {});
    self.answers = {Alias("d1.example.com", "d1.example.com")};
    world.Add(self);
    CHECK(Only(world).summary ==
          "d1.example.com has no address: its aliases lead in a circle, d1.example.com → d1.example.com");
    World other;
    auto fine = Gives(kAuthority, "d1", {});
    fine.answers = {Alias("d1.example.com", "lb.example.com"), {"lb.example.com", RecordType::kA, 60, "198.51.100.11"}};
    other.Add(fine);
    CHECK(other.Ids().empty());
    auto word = self;
    word.via = kGoogle;
    word.aa = false;
    World resolver;
    resolver.Add(word);
    CHECK(resolver.Ids().empty());
  }
}

}  // namespace dialwatch::diagnosis
