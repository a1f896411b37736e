#include "diagnosis/rules/stun.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

World WithStun(const std::vector<std::string>& servers, const std::vector<std::string>& expect_mapped = {}) {
  World world;
  AddStun(world.settings, servers);
  for (const auto& address : expect_mapped) {
    world.settings.vantage.expect_mapped.push_back(*base::IpAddress::Parse(address));
  }
  return world;
}

}  // namespace

TEST_SUITE("diagnosis/rules/stun") {
  TEST_CASE("stun-down: three rounds without an address, while another server answers") {
    World world = WithStun({"telnyx", "twilio"});
    for (std::uint64_t round = 1; round <= 2; ++round) {
      world.Round(StunFails("telnyx", round), Maps("twilio", round, "203.0.113.10"));
      world.now += 30s;
    }
    CHECK(world.Ids().empty());
    world.Round(StunFails("telnyx", 3), Maps("twilio", 3, "203.0.113.10"));
    REQUIRE(world.Ids() == Ids{"stun-down:telnyx"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.summary == "STUN server telnyx (stun.telnyx.com) gives no address since 20:05:00 UTC (timeout)");
    CHECK(finding.affected == std::vector<std::string>{"d1"});
    CHECK(finding.evidence.size() == 2);
    CHECK(finding.evidence[1] == EvidenceRow{"stun twilio (192.0.2.200:3478)", "203.0.113.10:40000", std::nullopt,
                                             std::nullopt, 20.0, "mapped"});
  }

  TEST_CASE("stun-down: DNS shows as well that the network works, but once is not enough") {
    World world = WithStun({"telnyx"});
    for (std::uint64_t round = 1; round <= 3; ++round) {
      world.now += 30s;
      auto error = StunFails("telnyx", round, probes::StunOutcome::kErrorResponse);
      error.error_code = 500;
      error.error = "Server Error";
      world.Add(error);
    }
    world.Add(Gives(kGoogle, "d1", {"198.51.100.11"}));
    CHECK(world.Ids().empty());
    world.now += 1s;
    world.Add(Gives(kGoogle, "d1", {"198.51.100.11"}));
    REQUIRE(world.Ids() == Ids{"stun-down:telnyx"});
    CHECK(world.Findings()[0].summary.ends_with("(error-response 500: Server Error)"));
  }

  TEST_CASE("stun-mapping-split: the majority names the liar, and it leads callers astray") {
    World world = WithStun({"telnyx", "twilio", "liar"});
    world.Round(Maps("telnyx", 1, "203.0.113.10"), Maps("twilio", 1, "203.0.113.10"), Maps("liar", 1, "192.0.2.66"));
    REQUIRE(world.Ids() == Ids{"stun-mapping-split:liar"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.summary ==
          "STUN server liar tells callers a wrong address: 192.0.2.66, while telnyx says 203.0.113.10 and twilio says "
          "203.0.113.10");
    CHECK(finding.evidence[0].note == "wrong");
    CHECK(finding.evidence.size() == 3);
  }

  TEST_CASE("stun-mapping-split: of two servers neither is named, unless one address is expected") {
    World world = WithStun({"telnyx", "twilio"});
    world.Round(Maps("telnyx", 1, "203.0.113.10"), Maps("twilio", 1, "192.0.2.66"));
    REQUIRE(world.Ids() == Ids{"stun-mapping-split"});
    CHECK(world.Findings()[0].summary ==
          "STUN servers disagree about our address: telnyx says 203.0.113.10 and twilio says 192.0.2.66; one of them "
          "is wrong");
    world.settings.vantage.expect_mapped = {*base::IpAddress::Parse("203.0.113.10")};
    CHECK(world.Ids() == Ids{"stun-mapping-split:twilio", "stun-mapping-unexpected:twilio"});
  }

  TEST_CASE("stun-mapping-split: an expectation outweighs the majority") {
    World world = WithStun({"a", "b", "c"}, {"203.0.113.10"});
    world.Round(Maps("a", 1, "203.0.113.10"), Maps("b", 1, "192.0.2.66"), Maps("c", 1, "192.0.2.66"));
    CHECK(world.Ids() == Ids{"stun-mapping-split:b", "stun-mapping-split:c", "stun-mapping-unexpected:b",
                             "stun-mapping-unexpected:c"});
  }

  TEST_CASE("two addresses that are both expected are no split") {
    World world = WithStun({"telnyx", "twilio"}, {"203.0.113.10", "203.0.113.11"});
    world.Round(Maps("telnyx", 1, "203.0.113.10"), Maps("twilio", 1, "203.0.113.11"));
    CHECK(world.Ids().empty());
  }

  TEST_CASE("another port is the NAT's choice, another family another address, another round another time") {
    World world = WithStun({"telnyx", "twilio"});
    auto second = Maps("twilio", 1, "203.0.113.10");
    SUBCASE("port") {
      second.mapped->port = 40001;
    }
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

  TEST_CASE("stun-mapping-unexpected: an address that is not on the list of its family") {
    World world = WithStun({"telnyx", "twilio"}, {"203.0.113.10", "203.0.113.11"});
    world.Round(Maps("telnyx", 1, "192.0.2.66"), Maps("twilio", 1, "192.0.2.66"));
    REQUIRE(world.Ids() == Ids{"stun-mapping-unexpected:telnyx", "stun-mapping-unexpected:twilio"});
    CHECK(world.Findings()[0].severity == Severity::kCritical);
    CHECK(world.Findings()[0].summary ==
          "STUN server telnyx sees us at 192.0.2.66, where 203.0.113.10 or 203.0.113.11 is expected");
    world.now += 30s;
    world.Round(Maps("telnyx", 2, "2001:db8::10"), Maps("twilio", 2, "203.0.113.11"));
    CHECK(world.Ids().empty());
  }
}

}  // namespace dialwatch::diagnosis
