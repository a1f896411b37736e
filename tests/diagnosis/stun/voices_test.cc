#include "diagnosis/stun/voices.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/stun/stun_world.h"

// What one liar may do, a server or a resolver, so that nobody is called wrong.
namespace dialwatch::diagnosis {
namespace {

const char *const kOurs = "203.0.113.10", *const kLie = "198.51.100.99";
const std::vector<std::string> kHonest{"cloudflare", "quad9"};

StunSample Honest(const std::string& server) {
  return At(Maps(server, 0, kOurs), StunAddress(server).address.ToString(), kHonest);
}

probes::NatSample SeesTwo(const std::string& server) {
  auto sample = Measures(server, probes::NatBehaviour::kAddressDependent);
  sample.mapped = *base::Endpoint::Parse(kOurs, 40000);
  sample.elsewhere = *base::Endpoint::Parse(kLie, 40000);
  return sample;
}

}  // namespace

TEST_SUITE("diagnosis/stun/voices") {
  TEST_CASE("a server has one voice, however many addresses its name has and however many lies it tells") {
    World world = WithStun({"a", "b", "c", "liar"});
    CHECK(IdsAfter(world, 1, Maps("a", 0, kOurs), Maps("b", 0, kOurs), Maps("c", 0, kOurs),
                   At(Maps("liar", 0, "198.51.100.1"), "192.0.2.61"), At(Maps("liar", 0, "198.51.101.2"), "192.0.2.62"),
                   At(Maps("liar", 0, "198.51.102.3"), "192.0.2.63")) == Ids{"stun-mapping-split:liar"});
    CHECK(world.Findings()[0].severity == Severity::kCritical);
    World one = WithStun({"a", "liar"});
    CHECK(IdsAfter(one, 1, Maps("a", 0, kOurs), At(Maps("liar", 0, "198.51.100.1"), "192.0.2.61"),
                   At(Maps("liar", 0, "198.51.101.2"), "192.0.2.62")) == Ids{"stun-mapping-split"});
  }

  TEST_CASE("one lie that is near is a lie, where three or more say otherwise") {
    World world = WithStun({"a", "b", "c", "liar"});
    CHECK(IdsAfter(world, 1, Maps("a", 0, kOurs), Maps("b", 0, kOurs), Maps("c", 0, kOurs),
                   Maps("liar", 0, "203.0.113.11")) == Ids{"stun-mapping-split:liar"});
    World pool = WithStun({"a", "b", "c", "d", "e"});
    CHECK(IdsAfter(pool, 1, Maps("a", 0, kOurs), Maps("b", 0, kOurs), Maps("c", 0, kOurs), Maps("d", 0, "203.0.113.11"),
                   Maps("e", 0, "203.0.113.12")) == Ids{"stun-nat-pooled"});
  }

  TEST_CASE("one lie that is near is a lie, where our socket has the other address") {
    World world = WithStun({"a", "b"});
    auto right = Maps("a", 0, kOurs), wrong = Maps("b", 0, "203.0.113.11");
    right.local = wrong.local = *base::Endpoint::Parse(kOurs, 40000);
    CHECK(IdsAfter(world, 1, right, wrong) == Ids{"stun-mapping-split:b"});
  }

  TEST_CASE("what an odd server measures of our NAT does not excuse it, nor is it told; what others measure does") {
    World world = WithStun({"a", "b", "c"});
    IdsAfter(world, 1, Maps("a", 0, kOurs), Maps("b", 0, kOurs), Maps("c", 0, kLie));
    world.Add(SeesTwo("c"));
    CHECK(world.Ids() == Ids{"stun-mapping-split:c"});
    world.Add(SeesTwo("a"));
    CHECK(world.Ids() == Ids{"stun-nat-pooled"});
  }

  TEST_CASE("machines to which one resolver leads alone are one voice, whichever names it poisons") {
    World world = WithStun({"a", "b", "c"});
    const auto lie = [](const char* server, const char* address) {
      return At(Maps(server, 0, kLie), address, {"google"});
    };
    IdsAfter(world, 1, Honest("a"), Honest("b"), Honest("c"), lie("a", "192.0.2.61"), lie("b", "192.0.2.62"));
    CHECK(world.Find("stun-nat-pooled") == nullptr);
    REQUIRE(world.Find("stun-address-split:google:a") != nullptr);
    CHECK(world.Find("stun-address-split:google:a")->severity == Severity::kCritical);
    World alone = WithStun({"a", "b", "c"});  // of a and b nobody else knows an address: no majority against c
    CHECK(IdsAfter(alone, 1, Honest("c"), lie("a", "192.0.2.61"), lie("b", "192.0.2.62")) == Ids{"stun-mapping-split"});
  }

  TEST_CASE("where one resolver is asked at all, each server speaks for itself") {
    World world = WithStun({"a", "b", "liar"});
    const auto by_it = [](StunSample sample) {
      sample.resolved_via = {"google"};
      return sample;
    };
    CHECK(IdsAfter(world, 1, by_it(Maps("a", 0, kOurs)), by_it(Maps("b", 0, kOurs)), by_it(Maps("liar", 0, kLie))) ==
          Ids{"stun-mapping-split:liar"});
  }

  TEST_CASE("resolvers that each lead to a machine of a server's own take no voice from it") {
    World world = WithStun({"a", "b", "c", "liar"});
    const auto at = [](StunSample sample, const char* address, const char* resolver) {
      return At(std::move(sample), address, {resolver});
    };
    IdsAfter(world, 1, at(Maps("a", 0, kOurs), "192.0.2.11", "google"), at(Maps("a", 0, kOurs), "192.0.2.12", "quad9"),
             at(Maps("b", 0, kOurs), "192.0.2.21", "google"), at(Maps("b", 0, kOurs), "192.0.2.22", "quad9"),
             at(Maps("c", 0, kLie), "192.0.2.31", "google"), at(Maps("liar", 0, kLie), "192.0.2.41", "google"));
    CHECK(world.Find("stun-nat-pooled") == nullptr);
    CHECK(world.Find("stun-mapping-split:liar") != nullptr);
  }

  TEST_CASE("what a server said before it changed sides does not make its lie ours") {
    World world = WithStun({"telnyx", "liar"});
    IdsAfter(world, 1, Maps("telnyx", 0, kOurs), Maps("liar", 0, kOurs));
    CHECK(IdsAfter(world, 10, Maps("telnyx", 0, kOurs), Maps("liar", 0, kLie)) == Ids{"stun-mapping-split"});
  }

  TEST_CASE("who lies in every second round is told all the time") {
    World world = WithStun({"a", "b", "liar"});
    const auto a = Maps("a", 0, kOurs), b = Maps("b", 0, kOurs);
    for (int i = 0; i < 4; ++i) {
      CHECK(IdsAfter(world, 1, a, b, At(Maps("liar", 0, kLie), "192.0.2.61"), At(StunFails("liar", 0), "192.0.2.62")) ==
            Ids{"stun-mapping-split:liar"});
      CHECK(IdsAfter(world, 1, a, b, At(Maps("liar", 0, kOurs), "192.0.2.61"),
                     At(Maps("liar", 0, kOurs), "192.0.2.62")) == Ids{"stun-mapping-split:liar"});
    }
  }
}

}  // namespace dialwatch::diagnosis
