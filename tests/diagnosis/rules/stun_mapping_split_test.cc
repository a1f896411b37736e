#include "diagnosis/rules/stun_mapping_split.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/stun/stun_world.h"

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/rules/stun_mapping_split") {
  TEST_CASE("stun-mapping-split: the majority names the liar, and it leads callers astray") {
    World world = WithStun({"telnyx", "twilio", "liar"});
    world.Round(Maps("telnyx", 1, "203.0.113.10"), Maps("twilio", 1, "203.0.113.10"), Maps("liar", 1, "192.0.2.66"));
    REQUIRE(world.Ids() == Ids{"stun-mapping-split:liar"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.summary ==
          "STUN server liar tells callers a wrong address: 192.0.2.66, while most servers say 203.0.113.10 (telnyx and "
          "twilio)");
    CHECK(finding.advice.back() ==
          "if both addresses are yours (two lines, a pool), list both in `expect_mapped`: then nobody is wrong");
    CHECK(finding.evidence[0].note == "wrong");
    CHECK(finding.evidence.size() == 3);
  }

  TEST_CASE("stun-mapping-split: of two servers neither is named, unless one address is expected") {
    World world = WithStun({"telnyx", "twilio"});
    world.Round(Maps("telnyx", 1, "203.0.113.10"), Maps("twilio", 1, "192.0.2.66"));
    REQUIRE(world.Ids() == Ids{"stun-mapping-split"});
    CHECK(world.Findings()[0].severity == Severity::kWarning);
    CHECK(
        world.Findings()[0].summary ==
        "STUN servers disagree about our address, and nothing tells which is right: twilio says 192.0.2.66 and telnyx "
        "says 203.0.113.10");
    CHECK(world.Findings()[0].evidence.size() == 2);
    world.settings.vantage.expect_mapped = {*base::IpAddress::Parse("203.0.113.10")};
    REQUIRE(world.Ids() == Ids{"stun-mapping-split:twilio", "stun-mapping-unexpected:twilio"});
    CHECK(world.Findings()[0].severity == Severity::kCritical);
    CHECK(world.Findings()[0].summary ==
          "STUN server twilio tells callers a wrong address: 192.0.2.66, while 203.0.113.10 is expected");
    CHECK(world.Findings()[0].advice.size() == 2);
  }

  TEST_CASE("stun-mapping-split: an expectation outweighs the majority") {
    World world = WithStun({"a", "b", "c"}, {"203.0.113.10"});
    world.Round(Maps("a", 1, "203.0.113.10"), Maps("b", 1, "192.0.2.66"), Maps("c", 1, "192.0.2.66"));
    CHECK(world.Ids() == Ids{"stun-mapping-split:b", "stun-mapping-split:c", "stun-mapping-unexpected:b",
                             "stun-mapping-unexpected:c"});
  }

  TEST_CASE("another family has another address, another round another time") {
    World world = WithStun({"telnyx", "twilio"});
    auto second = Maps("twilio", 1, "203.0.113.10");
    SUBCASE("family") {
      second = Maps("twilio", 1, "2001:db8::10");
    }
    SUBCASE("round") {
      second = Maps("twilio", 2, "192.0.2.66");
    }
    world.Round(Maps("telnyx", 1, "203.0.113.10"), second);
    CHECK(world.Ids().empty());
  }

  TEST_CASE("a split stands while the next round is under way") {
    World world = WithStun({"telnyx", "twilio"});
    world.Round(Maps("telnyx", 1, "203.0.113.10"), Maps("twilio", 1, "192.0.2.66"));
    world.now += 30s;
    world.Add(Maps("telnyx", 2, "203.0.113.10"));
    CHECK(world.Ids() == Ids{"stun-mapping-split"});
    world.Add(Maps("twilio", 2, "203.0.113.10"));
    CHECK(world.Ids() == Ids{"stun-mapping-split"});  // of the last two rounds the worse counts
    world.now += 30s;
    world.Round(Maps("telnyx", 3, "203.0.113.10"), Maps("twilio", 3, "203.0.113.10"));
    CHECK(world.Ids().empty());
  }

  TEST_CASE("a split stands while the liar's next answer is still to come, and goes once it stays away") {
    World world = WithStun({"telnyx", "twilio", "liar"});
    world.Round(Maps("telnyx", 1, "203.0.113.10"), Maps("twilio", 1, "203.0.113.10"), Maps("liar", 1, "192.0.2.66"));
    world.now += 30s;
    world.Round(Maps("telnyx", 2, "203.0.113.10"), Maps("twilio", 2, "203.0.113.10"));
    CHECK(world.Ids() == Ids{"stun-mapping-split:liar"});
    world.Add(StunFails("liar", 2));
    world.now += 30s;
    world.Round(Maps("telnyx", 3, "203.0.113.10"), Maps("twilio", 3, "203.0.113.10"));
    CHECK(world.Ids().empty());
  }

  TEST_CASE("two names that lead to one liar are one voice") {
    World world = WithStun({"a", "b", "c"});
    const auto lie = [](const std::string& server) {
      return At(Maps(server, 1, "198.51.100.99"), "192.0.2.66", {"google"});
    };
    world.Round(Maps("a", 1, "203.0.113.10"), lie("a"), lie("b"), lie("c"), Maps("c", 1, "203.0.113.10"));
    CHECK(world.Find("stun-mapping-split:b") != nullptr);
    const Finding* finding = world.Find("stun-mapping-split:a");
    REQUIRE(finding != nullptr);
    CHECK(finding->summary ==
          "STUN server a at 192.0.2.66 (resolved by google) tells callers a wrong address: 198.51.100.99, while most "
          "servers say 203.0.113.10 (a and c)");
    CHECK(finding->evidence[0].note == "wrong, resolved by google");
  }

  TEST_CASE("a server that sees us from inside the NAT is named, since nobody outside can reach that address") {
    World world = WithStun({"telnyx", "twilio"});
    world.Round(Maps("telnyx", 1, "203.0.113.10"), Maps("twilio", 1, "192.168.1.7"));
    REQUIRE(world.Ids() == Ids{"stun-mapping-split:twilio"});
    CHECK(world.Findings()[0].severity == Severity::kCritical);
    CHECK(world.Findings()[0].summary.ends_with("192.168.1.7, while only 203.0.113.10 can be reached from outside"));
  }

  TEST_CASE("without a NAT our own address is the right one") {
    World world = WithStun({"telnyx", "twilio"});
    auto right = Maps("telnyx", 1, "203.0.113.10"), wrong = Maps("twilio", 1, "198.51.100.99");
    right.local = wrong.local = *base::Endpoint::Parse("203.0.113.10", 40000);
    world.Round(right, wrong);
    REQUIRE(world.Ids() == Ids{"stun-mapping-split:twilio"});
    CHECK(world.Findings()[0].severity == Severity::kCritical);
    CHECK(world.Findings()[0].summary.ends_with("198.51.100.99, while this machine itself has 203.0.113.10"));
  }

  TEST_CASE(
      "of one name's two addresses the one to which fewer resolvers lead is suspected, of one each none is named") {
    World world = WithStun({"telnyx"});
    const auto right = At(Maps("telnyx", 0, "203.0.113.10"), "192.0.2.200", {"cloudflare", "quad9"});
    const auto wrong = At(Maps("telnyx", 0, "198.51.100.99"), "192.0.2.66", {"google"});
    REQUIRE(IdsAfter(world, 1, right, wrong) == Ids{"stun-address-split:google:telnyx", "stun-mapping-split:telnyx"});
    CHECK(world.Findings()[0].severity == Severity::kWarning);
    CHECK(world.Findings()[1].severity == Severity::kWarning);
    CHECK(world.Findings()[1].summary ==
          "STUN server telnyx at 192.0.2.66 (resolved by google) tells callers another address: 198.51.100.99, while "
          "most "
          "resolvers lead to where it is 203.0.113.10");
    CHECK(world.Findings()[1].advice[0].starts_with("if both addresses are yours"));
    CHECK(world.Findings()[1].evidence[0].note == "differs, resolved by google");
    CHECK(IdsAfter(world, 1, At(right, "192.0.2.200", {"quad9"}), wrong) == Ids{"stun-mapping-split"});
  }

  TEST_CASE("a machine with two addresses of its own has a mapping for each") {
    World world = WithStun({"telnyx", "twilio"});
    auto first = Maps("telnyx", 1, "203.0.113.10"), second = Maps("twilio", 1, "198.51.100.7");
    first.local = *base::Endpoint::Parse("10.0.0.2", 40000);
    second.local = *base::Endpoint::Parse("10.1.0.2", 40000);
    world.Round(first, second);
    CHECK(world.Ids().empty());
  }

  TEST_CASE("a connection over TCP has a mapping of its own") {
    World world = WithStun({"telnyx", "twilio"});
    auto tcp = Maps("twilio", 1, "198.51.100.7");
    tcp.transport = config::Transport::kTcp;
    world.Round(Maps("telnyx", 1, "203.0.113.10"), tcp);
    CHECK(world.Ids().empty());
  }

  TEST_CASE("one server with two addresses that agree is no split, nor is a line that gets a new address") {
    World world = WithStun({"telnyx", "twilio"});
    const auto seen_at = [&](const char* mapped) {
      return IdsAfter(world, 2, Maps("telnyx", 0, mapped), At(Maps("telnyx", 0, mapped), "192.0.2.210"),
                      Maps("twilio", 0, mapped));
    };
    CHECK(seen_at("203.0.113.10").empty());
    CHECK(seen_at("198.51.100.7").empty());
  }

  TEST_CASE("a split in both families is one finding") {
    World world = WithStun({"a", "b", "c"});
    const auto v6 = [](StunSample sample) {
      sample.address.address = *base::IpAddress::Parse(sample.server == "a" ? "2001:db8::a" : "2001:db8::b");
      return sample;
    };
    world.Round(Maps("a", 1, "203.0.113.10"), Maps("b", 1, "203.0.113.10"), Maps("c", 1, "198.51.100.9"),
                v6(Maps("a", 1, "2001:db8::10")), v6(Maps("b", 1, "2001:db8::10")), v6(Maps("c", 1, "2001:db8:1::9")),
                At(Maps("c", 1, "2001:db8:1::9"), "2001:db8::c"));
    CHECK(world.Ids() == Ids{"stun-mapping-split:c"});
    CHECK(world.Findings()[0].evidence.size() == 7);
  }
}

}  // namespace dialwatch::diagnosis
