#include "diagnosis/rules/stun_nat.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/stun/stun_world.h"

namespace dialwatch::diagnosis {
namespace {

using probes::NatBehaviour;

StunSample MapsPort(const std::string& server, std::uint16_t port) {
  StunSample sample = Maps(server, 0, "203.0.113.10");
  sample.mapped->port = port;
  return sample;
}

probes::NatSample Lives(const std::string& server, seconds at_most) {
  auto sample = Measures(server, NatBehaviour::kEndpointIndependent);
  sample.lifetime = {at_most / 2, at_most};
  return sample;
}

probes::NatSample SeesTwo(const std::string& server, const char* one, const char* other) {
  auto sample = Measures(server, NatBehaviour::kAddressDependent);
  sample.mapped = *base::Endpoint::Parse(one, 40000);
  sample.elsewhere = *base::Endpoint::Parse(other, 40000);
  return sample;
}

}  // namespace

TEST_SUITE("diagnosis/rules/stun_nat") {
  TEST_CASE("stun-nat-symmetric: another port for each server") {
    World world = WithStun({"telnyx", "twilio"});
    REQUIRE(IdsAfter(world, 1, MapsPort("telnyx", 40000), MapsPort("twilio", 51234)) == Ids{"stun-nat-symmetric"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kInfo);
    CHECK(finding.subject == Subject{});
    CHECK(
        finding.summary ==
        "our NAT gives each destination another port (symmetric): telnyx sees 203.0.113.10:40000 and twilio sees "
        "203.0.113.10:51234; callers behind it need a relay wherever the other side does not learn the port by itself");
    world.Add(Measures("telnyx", NatBehaviour::kAddressDependent));
    REQUIRE(world.Findings()[0].evidence.size() == 3);
    CHECK(world.Findings()[0].evidence[2].note ==
          "RFC 5780: mapping address-dependent, filtering address-and-port-dependent");
  }

  TEST_CASE("a port that two servers agree on does not depend on them") {
    World world = WithStun({"a", "b", "c"});
    CHECK(IdsAfter(world, 1, MapsPort("a", 40000), MapsPort("b", 40000), MapsPort("c", 51234)).empty());
  }

  TEST_CASE("one server that says the port depends on nobody hides no ports that differ") {
    World world = WithStun({"a", "b", "c"});
    IdsAfter(world, 1, MapsPort("a", 40000), MapsPort("b", 51234), MapsPort("c", 51235));
    world.Add(Measures("c", NatBehaviour::kEndpointIndependent));
    CHECK(world.Ids() == Ids{"stun-nat-symmetric"});
  }

  TEST_CASE("two ports of one machine may share a mapping, and connections over TCP never do") {
    World world = WithStun({"a", "b"});
    auto second = MapsPort("b", 51234);
    SUBCASE("machine") {
      second.address = StunAddress("a");
      second.address.port = 3479;
    }
    SUBCASE("tcp") {
      second.transport = config::Transport::kTcp;
    }
    CHECK(IdsAfter(world, 1, MapsPort("a", 40000), second).empty());
  }

  TEST_CASE("stun-nat-symmetric: one server is enough where it can measure") {
    World world = WithStun({"telnyx"});
    IdsAfter(world, 1, MapsPort("telnyx", 40000));
    world.Add(Measures("telnyx", NatBehaviour::kAddressAndPortDependent));
    REQUIRE(world.Ids() == Ids{"stun-nat-symmetric"});
    CHECK(world.Findings()[0].summary.find("RFC 5780 at telnyx shows a mapping that is address-and-port-dependent") !=
          std::string::npos);
  }

  TEST_CASE("stun-nat-pooled: nobody is wrong where all addresses are expected; an info, for who knows of it") {
    World world = WithStun({"telnyx", "twilio"}, {"203.0.113.10", "198.51.100.7"});
    REQUIRE(IdsAfter(world, 1, Maps("telnyx", 0, "203.0.113.10"), Maps("twilio", 0, "198.51.100.7")) ==
            Ids{"stun-nat-pooled"});
    CHECK(world.Findings()[0].severity == Severity::kInfo);
    CHECK(IdsAfter(world, 2, Maps("telnyx", 0, "198.51.100.7"), Maps("twilio", 0, "198.51.100.7")).empty());
  }

  TEST_CASE("stun-nat-pooled: what shows that it is the NAT and no liar") {
    World world = WithStun({"a", "b", "c", "d"});
    std::string why;
    SUBCASE("two servers for each address") {
      IdsAfter(world, 1, Maps("a", 0, "203.0.113.10"), Maps("b", 0, "198.51.100.7"), Maps("c", 0, "203.0.113.10"),
               Maps("d", 0, "198.51.100.7"));
      why = "each of them is seen by several servers";
    }
    SUBCASE("an address for each server") {
      IdsAfter(world, 1, Maps("a", 0, "203.0.113.10"), Maps("b", 0, "198.51.100.7"), Maps("c", 0, "192.0.2.9"));
      why = "nearly every server sees another one";
    }
    SUBCASE("one network") {
      IdsAfter(world, 1, Maps("a", 0, "203.0.113.10"), Maps("b", 0, "203.0.113.10"), Maps("c", 0, "203.0.113.11"));
      why = "they are of one network";
    }
    SUBCASE("the odd one was seen by another server") {
      IdsAfter(world, 1, Maps("a", 0, "203.0.113.10"), Maps("b", 0, "203.0.113.10"), Maps("c", 0, "203.0.113.10"));
      IdsAfter(world, 1, Maps("a", 0, "198.51.100.7"), Maps("b", 0, "198.51.100.7"), Maps("c", 0, "198.51.100.7"));
      world.now += 20h;
      IdsAfter(world, 1, Maps("a", 0, "203.0.113.10"), Maps("b", 0, "203.0.113.10"), Maps("c", 0, "198.51.100.7"));
      why = "198.51.100.7 was seen by another server before";
    }
    SUBCASE("one server saw two by itself") {
      IdsAfter(world, 1, Maps("a", 0, "203.0.113.10"), Maps("b", 0, "203.0.113.10"), Maps("c", 0, "198.51.100.7"));
      world.Add(SeesTwo("a", "203.0.113.10", "198.51.100.7"));
      why = "a alone sees two (RFC 5780)";
    }
    REQUIRE(world.Ids() == Ids{"stun-nat-pooled"});
    CHECK(world.Findings()[0].severity == Severity::kWarning);
    CAPTURE(world.Findings()[0].summary);
    CHECK(world.Findings()[0].summary.find("; " + why + ", so no server is wrong") != std::string::npos);
  }

  TEST_CASE("stun-nat-pooled: one server is enough where it sees us at two addresses by itself") {
    World world = WithStun({"telnyx"});
    IdsAfter(world, 1, Maps("telnyx", 0, "203.0.113.10"));
    world.Add(SeesTwo("telnyx", "203.0.113.10", "198.51.100.7"));
    REQUIRE(world.Ids() == Ids{"stun-nat-pooled"});
    CHECK(world.Findings()[0].severity == Severity::kWarning);
    CHECK(world.Findings()[0].summary ==
          "our NAT takes another address by destination: telnyx sees 203.0.113.10, and from its other address "
          "198.51.100.7 (RFC 5780), and a dialer may see another address than STUN told the caller");
    world.settings.vantage.expect_mapped = {*base::IpAddress::Parse("203.0.113.10"),
                                            *base::IpAddress::Parse("198.51.100.7")};
    CHECK(world.Findings()[0].severity == Severity::kInfo);
  }

  TEST_CASE("a measured dependence that the ports explain does not excuse a liar") {
    World world = WithStun({"a", "b", "c"});
    auto lie = MapsPort("c", 40003);
    lie.mapped->address = *base::IpAddress::Parse("198.51.100.99");
    IdsAfter(world, 1, MapsPort("a", 40001), MapsPort("b", 40002), lie);
    world.Add(Measures("a", NatBehaviour::kAddressDependent));
    CHECK(world.Ids() == Ids{"stun-mapping-split:c", "stun-nat-symmetric"});
  }

  TEST_CASE("stun-nat-pooled: another address nearly every round, for every server") {
    World world = WithStun({"telnyx", "twilio"});
    const auto see = [&](const char* telnyx, const char* twilio) {
      return IdsAfter(world, 1, Maps("telnyx", 0, telnyx), Maps("twilio", 0, twilio));
    };
    const char *one = "203.0.113.10", *two = "198.51.100.7";
    see(one, one);
    see(two, two);
    CHECK(see(one, one).empty());
    REQUIRE(see(two, two) == Ids{"stun-nat-pooled"});
    CHECK(world.Findings()[0].summary ==
          "our public address changes from round to round, whichever server tells it: 198.51.100.7 now, 3 changes or "
          "more in 10m");
    world.now += 10min;
    CHECK(see(two, two).empty());
  }

  TEST_CASE("one server whose word changes from round to round is odd, the NAT is not") {
    World world = WithStun({"a", "b", "c"});
    for (const char* lie : {"198.51.100.1", "198.51.100.2", "198.51.100.3", "198.51.100.4"}) {
      CHECK(IdsAfter(world, 1, Maps("a", 0, "203.0.113.10"), Maps("b", 0, "203.0.113.10"), Maps("c", 0, lie)) ==
            Ids{"stun-mapping-split:c"});
    }
  }

  TEST_CASE("stun-nat-lifetime: below 30 s, with words for what that breaks") {
    World world = WithStun({"telnyx", "twilio"});
    IdsAfter(world, 1, Maps("telnyx", 0, "203.0.113.10"), Maps("twilio", 0, "203.0.113.10"));
    world.Add(Lives("telnyx", 30s));
    CHECK(world.Ids().empty());
    world.Add(Lives("telnyx", 20s));
    REQUIRE(world.Ids() == Ids{"stun-nat-lifetime"});
    CHECK(world.Findings()[0].severity == Severity::kInfo);
    CHECK(world.Findings()[0].summary ==
          "our NAT forgets a mapping within 20 s of silence: whoever sends keepalives more seldom, as SIP phones do, "
          "cannot be called any more");
    CHECK(world.Findings()[0].evidence[0].note ==
          "RFC 5780: mapping endpoint-independent, filtering address-and-port-dependent, a mapping lives 10 to 20 s");
    world.Add(Lives("twilio", 10s));
    CHECK(world.Findings()[0].summary.ends_with(
        "within 10 s of silence, sooner than ICE sends its keepalives (15 s): media that pauses is cut off"));
  }

  TEST_CASE("a NAT that behaves is no finding") {
    World world = WithStun({"telnyx"});
    IdsAfter(world, 1, Maps("telnyx", 0, "203.0.113.10"));
    world.Add(Measures("telnyx", NatBehaviour::kEndpointIndependent));
    world.Add(Measures("telnyx", NatBehaviour::kNotMeasurable));
    CHECK(world.Ids().empty());
  }
}

}  // namespace dialwatch::diagnosis
