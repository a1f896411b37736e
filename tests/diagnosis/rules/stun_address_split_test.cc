#include "diagnosis/rules/stun_address_split.h"

#include <doctest/doctest.h>

#include "diagnosis/causes/headline.h"
#include "tests/diagnosis/stun/stun_world.h"

namespace dialwatch::diagnosis {
namespace {

const std::vector<std::string> kOthers{"cloudflare", "quad9"};

StunSample Right(const std::string& server = "telnyx") {
  return At(Maps(server, 0, "203.0.113.10"), server == "telnyx" ? "192.0.2.200" : "192.0.2.201", kOthers);
}
StunSample Lie(const std::string& server = "telnyx") {
  return At(Maps(server, 0, "198.51.100.99"), "192.0.2.66", {"google"});
}

}  // namespace

TEST_SUITE("diagnosis/rules/stun_address_split") {
  TEST_CASE("a poisoned STUN name: who leads to the liar is the cause, what it says follows from it") {
    World world = WithStun({"telnyx", "twilio"}, {"203.0.113.10"});
    CHECK(IdsAfter(world, 1, Right(), Lie(), Maps("twilio", 0, "203.0.113.10")) ==
          Ids{"stun-address-split:google:telnyx", "stun-mapping-split:telnyx", "stun-mapping-unexpected:telnyx"});
    const Finding* finding = world.Find("stun-address-split:google:telnyx");
    CHECK(finding->severity == Severity::kCritical);
    CHECK(finding->summary ==
          "resolver google resolves stun.telnyx.com (STUN server telnyx) to 192.0.2.66, which tells callers a wrong "
          "address "
          "(198.51.100.99, while 203.0.113.10 is expected); cloudflare and quad9 resolve it to 192.0.2.200");
    CHECK(finding->evidence[0].note == "mapped, resolved by google");
    CHECK(finding->evidence[1].note == "mapped, resolved by cloudflare and quad9");
    CHECK(finding->advice[0] == "flush the affected names at https://dns.google/cache");
    const auto causes = Correlate(world.Findings(), world.settings);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "stun-address-split:google");
    CHECK(causes[0].symptoms.size() == 2);
  }

  TEST_CASE("without `expect_mapped` a majority of servers convicts, and who has two lines is told what to do") {
    World world = WithStun({"telnyx", "twilio"});
    IdsAfter(world, 1, Right(), Lie(), Maps("twilio", 0, "203.0.113.10"));
    const Finding* finding = world.Find("stun-address-split:google:telnyx");
    REQUIRE(finding != nullptr);
    CHECK(finding->severity == Severity::kCritical);
    CHECK(finding->summary.find("a wrong address (198.51.100.99, while most servers say 203.0.113.10)") !=
          std::string::npos);
    CHECK(finding->advice.back().starts_with("if both addresses are yours"));
  }

  TEST_CASE("a line of two addresses and one server: nothing tells who is right, so it wakes nobody") {
    World world = WithStun({"telnyx"});
    IdsAfter(world, 1, Right(), Lie());
    const Finding* finding = world.Find("stun-address-split:google:telnyx");
    REQUIRE(finding != nullptr);
    CHECK(finding->severity == Severity::kWarning);
    CHECK(finding->summary ==
          "resolver google resolves stun.telnyx.com (STUN server telnyx) to 192.0.2.66, which tells callers another "
          "address "
          "(198.51.100.99, while most resolvers lead to where it is 203.0.113.10); cloudflare and quad9 resolve it to "
          "192.0.2.200");
    CHECK(finding->advice[0].starts_with("if both addresses are yours"));
    world.settings.vantage.expect_mapped = {*base::IpAddress::Parse("203.0.113.10"),
                                            *base::IpAddress::Parse("198.51.100.99")};
    CHECK(world.Ids() == Ids{"stun-nat-pooled"});
  }

  TEST_CASE("a dead address behind one resolver does not play down that the server lies at another") {
    World world = WithStun({"telnyx", "twilio"}, {"203.0.113.10"});
    IdsAfter(world, 3, At(Lie(), "192.0.2.220", {"google"}), At(Right(), "192.0.2.210", {"quad9"}),
             At(StunFails("telnyx", 0), "192.0.2.66", {"cloudflare"}));
    REQUIRE(world.Ids() == Ids{"stun-address-split:cloudflare:telnyx", "stun-address-split:google:telnyx",
                               "stun-mapping-split:telnyx", "stun-mapping-unexpected:telnyx"});
    const auto causes = Correlate(world.Findings(), world.settings);
    REQUIRE(causes.size() == 2);
    CHECK(causes[0].key == "stun-address-split:google");
    CHECK(causes[0].symptoms.size() == 2);
    CHECK(causes[1].key == "stun-address-split:cloudflare");
    CHECK(causes[1].symptoms.empty());
    World known = WithStun({"telnyx", "twilio"}, {"203.0.113.10"});  // google leads to a good address as well
    IdsAfter(known, 3, At(Lie(), "192.0.2.220", {"google"}), At(Right(), "192.0.2.210", {"google", "quad9"}),
             At(StunFails("telnyx", 0), "192.0.2.66", {"cloudflare"}));
    const auto own = Correlate(known.Findings(), known.settings);
    REQUIRE(own.size() == 2);
    CHECK(own[0].key == "stun-mapping-split:telnyx");
    CHECK(own[1].key == "stun-address-split:cloudflare");
  }

  TEST_CASE("two names poisoned at one resolver are one cause") {
    World world = WithStun({"telnyx", "twilio"});
    IdsAfter(world, 1, Right(), Lie(), Right("twilio"), Lie("twilio"));
    const auto causes = Correlate(world.Findings(), world.settings);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "stun-address-split:google");
    CHECK(causes[0].findings.size() == 2);
  }

  TEST_CASE("an address that is silent is a warning, after two rounds, as others lead to one that answers") {
    World world = WithStun({"telnyx"});
    const auto dead = At(StunFails("telnyx", 0), "192.0.2.66", {"google"});
    CHECK(IdsAfter(world, 1, Right(), dead).empty());
    CHECK(IdsAfter(world, 1, Right(), dead) == Ids{"stun-address-split:google:telnyx"});
    CHECK(world.Find("stun-address-split:google:telnyx")->severity == Severity::kWarning);
    CHECK(
        world.Find("stun-address-split:google:telnyx")->summary ==
        "resolver google resolves stun.telnyx.com (STUN server telnyx) to 192.0.2.66, which does not answer (timeout); "
        "cloudflare and quad9 resolve it to 192.0.2.200");
  }

  TEST_CASE("a resolver that leads to another silent address each time misleads as well") {
    World world = WithStun({"telnyx"});
    for (const char* address : {"192.0.2.61", "192.0.2.62"}) {
      CHECK(world.Ids().empty());
      IdsAfter(world, 1, Right(), At(StunFails("telnyx", 0), address, {"google"}));
      world.picture.Retain(world.settings, world.now);
    }
    const Finding* finding = world.Find("stun-address-split:google:telnyx");
    REQUIRE(finding != nullptr);
    CHECK(finding->severity == Severity::kWarning);
    CHECK(finding->since == kMonday + 30s);
  }

  TEST_CASE("fresh dead addresses beside a lying one do not make the resolver look well") {
    World world = WithStun({"telnyx", "twilio"}, {"203.0.113.10"});
    IdsAfter(world, 1, Right(), Lie(), At(StunFails("telnyx", 0), "192.0.2.61", {"google"}));
    REQUIRE(world.Find("stun-address-split:google:telnyx") != nullptr);
    CHECK(world.Find("stun-address-split:google:telnyx")->severity == Severity::kCritical);
  }

  TEST_CASE("a packet lost at the only address to which a resolver leads is nothing") {
    World world = WithStun({"telnyx"});
    const auto good = At(Maps("telnyx", 0, "203.0.113.10"), "192.0.2.210", {"google"});
    IdsAfter(world, 2, Right(), good);
    CHECK(IdsAfter(world, 1, Right(), At(StunFails("telnyx", 0), "192.0.2.210", {"google"})).empty());
  }

  TEST_CASE("addresses that differ by resolver and all do well are nothing") {
    World world = WithStun({"telnyx"});
    CHECK(IdsAfter(world, 3, At(Maps("telnyx", 0, "203.0.113.10"), "192.0.2.210", {"quad9"}),
                   At(Maps("telnyx", 0, "203.0.113.10"), "192.0.2.211", {"cloudflare"}),
                   At(Maps("telnyx", 0, "203.0.113.10"), "192.0.2.212", {"google"}))
              .empty());
  }

  TEST_CASE("a dead address beside a good one from the same resolver is not its fault") {
    World world = WithStun({"telnyx"});
    const std::vector<std::string> all{"cloudflare", "google", "quad9"};
    CHECK(IdsAfter(world, 3, At(Maps("telnyx", 0, "203.0.113.10"), "192.0.2.200", all),
                   At(StunFails("telnyx", 0), "192.0.2.210", all)) == Ids{"stun-down:telnyx"});
    CHECK(world.Find("stun-down:telnyx")->severity == Severity::kInfo);
  }

  TEST_CASE("where all addresses are bad no resolver is to blame") {
    World world = WithStun({"telnyx", "twilio"}, {"192.0.2.1"});
    CHECK(IdsAfter(world, 3, Right(), At(Right(), "192.0.2.66", {"google"})) == Ids{"stun-mapping-unexpected:telnyx"});
  }

  TEST_CASE("an IPv6 address that only one resolver gives is not held against IPv4") {
    World world = WithStun({"telnyx"});
    CHECK(IdsAfter(world, 3, Right(), At(StunFails("telnyx", 0), "2001:db8::80", {"google"})).empty());
  }

  TEST_CASE("a resolver that denies the name misleads its clients, once that was seen twice") {
    World world = WithStun({"telnyx"});
    const auto deny = [&] {
      auto denial = Denies(kGoogle, "d1");
      denial.host = "stun.telnyx.com";
      world.now += 60s;
      world.Add(denial);
      IdsAfter(world, 1, Right());
      world.picture.Retain(world.settings, world.now);
      return world.Find("stun-address-split:google:telnyx");
    };
    REQUIRE(deny() != nullptr);
    CHECK(world.Findings()[0].severity == Severity::kInfo);
    REQUIRE(deny() != nullptr);
    CHECK(world.Findings()[0].severity == Severity::kWarning);
    CHECK(world.Findings()[0].summary ==
          "resolver google has no address for stun.telnyx.com (STUN server telnyx): NXDOMAIN; cloudflare and quad9 "
          "resolve it to "
          "192.0.2.200");
    CHECK(world.Findings()[0].evidence.size() == 2);
    auto answer = Gives(kGoogle, "d1", {"192.0.2.200"});
    answer.host = answer.answers[0].owner = "stun.telnyx.com";
    world.Add(answer);
    world.picture.Retain(world.settings, world.now);
    CHECK(world.Ids().empty());
  }

  TEST_CASE("a resolver that fails for the name is not called a liar, and old denials are forgotten") {
    World world = WithStun({"telnyx"});
    auto failure = Reply(kGoogle, "d1", 2);
    auto denial = Denies(kQuad9, "d1");
    failure.host = denial.host = "stun.telnyx.com";
    world.Add(failure);
    world.Add(At(Maps("telnyx", 1, "203.0.113.10"), "192.0.2.200", {"cloudflare"}));
    world.picture.Retain(world.settings, world.now);
    CHECK(world.Ids().empty());
    world.Add(denial);
    world.picture.Retain(world.settings, world.now);
    CHECK(world.Ids() == Ids{"stun-address-split:quad9:telnyx"});
    world.now += 361s;
    world.Add(At(Maps("telnyx", 2, "203.0.113.10"), "192.0.2.200", {"cloudflare"}));
    world.picture.Retain(world.settings, world.now);
    CHECK(world.Ids().empty());
  }
}

}  // namespace dialwatch::diagnosis
