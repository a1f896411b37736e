#include "probes/server_places.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "tests/probes/fake_resolvers.h"

namespace dialwatch::probes {
namespace {

using Lines = std::vector<std::string>;

struct Bed {
  EventLoop loop;
  FakeResolvers resolvers;
  DnsClient client{loop, std::nullopt};
  AddressBook book{client, resolvers.settings, [](const Sample&) {}};

  explicit Bed(std::size_t count = 1) : resolvers(loop, count) {}

  void Say(std::size_t resolver, const std::string& name, RecordType type, std::vector<Octets> records) {
    resolvers.answers[resolver][{name, type}] = std::move(records);
  }
  ServerPlaces Find(const std::string& uri) {
    std::optional<ServerPlaces> found;
    FindServerPlaces(book, *config::ParseIceUri(uri), [&](const ServerPlaces& places) { found = places; });
    REQUIRE(RunUntil(loop, [&] { return found.has_value(); }));
    return *found;
  }
  // "198.51.100.1:3478 by r1 of a.example"
  Lines Told(const std::string& uri) {
    Lines lines;
    for (const ServerPlace& place : Find(uri).places) {
      lines.push_back(fmt::format("{} by {}{}{}", place.address.ToString(), fmt::join(place.resolved_via, " "),
                                  place.srv_target.empty() ? "" : " of ", place.srv_target));
    }
    return lines;
  }
};

}  // namespace

TEST_SUITE("probes/server_places") {
  TEST_CASE("with a port the host's addresses count, and SRV records are not asked for") {
    Bed bed;
    bed.Say(0, "stun.example", RecordType::kA, {ARecord(300, "198.51.100.1")});
    CHECK(bed.Told("stun:stun.example:3479") == Lines{"198.51.100.1:3479 by r1"});
    CHECK(bed.resolvers.asked() == 2);
  }

  TEST_CASE("a literal address has the default port of its transport") {
    Bed bed;
    CHECK(bed.Told("stun:198.51.100.1") == Lines{"198.51.100.1:3478 by "});
    CHECK(bed.Told("stuns:[2001:db8::1]") == Lines{"[2001:db8::1]:5349 by "});
    CHECK(bed.resolvers.asked() == 0);
  }

  TEST_CASE("without SRV records the default port counts") {
    Bed bed;
    bed.Say(0, "stun.example", RecordType::kA, {ARecord(300, "198.51.100.1")});
    CHECK(bed.Told("stun:stun.example") == Lines{"198.51.100.1:3478 by r1"});
  }

  TEST_CASE("SRV records name hosts and ports, the first to try before the others") {
    Bed bed;
    bed.Say(0, "_stun._udp.example.com", RecordType::kSrv,
            {Srv(2, 0, 3478, "b.example"), Srv(1, 0, 3500, "a.example")});
    bed.Say(0, "a.example", RecordType::kA, {ARecord(300, "198.51.100.1")});
    bed.Say(0, "b.example", RecordType::kA, {ARecord(300, "198.51.100.2")});
    CHECK(bed.Told("stun:example.com") ==
          Lines{"198.51.100.1:3500 by r1 of a.example", "198.51.100.2:3478 by r1 of b.example"});
  }

  TEST_CASE("who leads to a place names both its service and its address") {
    Bed bed(2);
    for (std::size_t resolver = 0; resolver < 2; ++resolver) {
      bed.Say(resolver, "_stun._udp.example.com", RecordType::kSrv, {Srv(1, 0, 3500, "a.example")});
    }
    bed.Say(1, "a.example", RecordType::kA, {ARecord(300, "198.51.100.1")});
    CHECK(bed.Told("stun:example.com") == Lines{"198.51.100.1:3500 by r2 of a.example"});
  }

  TEST_CASE("each transport has SRV records of its own") {
    Bed bed;
    bed.Say(0, "_stuns._tcp.example.com", RecordType::kSrv, {Srv(1, 0, 443, "a.example")});
    bed.Say(0, "a.example", RecordType::kA, {ARecord(300, "198.51.100.1")});
    CHECK(bed.Told("stuns:example.com") == Lines{"198.51.100.1:443 by r1 of a.example"});
  }

  TEST_CASE("who names another host is named with it, though all know the host's address") {
    Bed bed(2);
    bed.Say(0, "_stun._udp.example.com", RecordType::kSrv, {Srv(1, 0, 3478, "a.example")});
    bed.Say(1, "_stun._udp.example.com", RecordType::kSrv, {Srv(1, 0, 3478, "evil.example")});
    for (std::size_t i = 0; i < 2; ++i) {
      bed.Say(i, "a.example", RecordType::kA, {ARecord(300, "198.51.100.1")});
      bed.Say(i, "evil.example", RecordType::kA, {ARecord(300, "203.0.113.66")});
    }
    CHECK(bed.Told("stun:example.com") ==
          Lines{"198.51.100.1:3478 by r1 of a.example", "203.0.113.66:3478 by r2 of evil.example"});
  }

  TEST_CASE("a service that is decidedly not there is an error that says so") {
    Bed bed;
    bed.Say(0, "_stun._udp.example.com", RecordType::kSrv, {Srv(0, 0, 0, "")});
    CHECK(bed.Find("stun:example.com").error ==
          "the SRV record of _stun._udp.example.com says that there is no such service");
  }

  TEST_CASE("services whose hosts have no address are an error") {
    Bed bed;
    bed.Say(0, "_stun._udp.example.com", RecordType::kSrv, {Srv(0, 0, 3478, "a.example")});
    CHECK(bed.Find("stun:example.com").error == "no resolver has an address for a.example");
  }

  TEST_CASE("of a crowd of addresses eight are kept: everyone's first, then everyone's second and so on") {
    Bed bed(3);
    std::vector<Octets> crowd;
    for (int i = 60; i < 80; ++i) crowd.push_back(ARecord(300, fmt::format("192.0.2.{}", i)));
    bed.Say(0, "stun.example", RecordType::kA, {ARecord(300, "198.51.100.1"), ARecord(300, "198.51.100.2")});
    bed.Say(1, "stun.example", RecordType::kA, {ARecord(300, "198.51.100.1"), ARecord(300, "198.51.100.2")});
    bed.Say(2, "stun.example", RecordType::kA, crowd);
    const Lines told = bed.Told("stun:stun.example:3478");
    CHECK(told.size() == 8);
    CHECK(std::ranges::count(told, "198.51.100.1:3478 by r1 r2") == 1);
    CHECK(std::ranges::count(told, "198.51.100.2:3478 by r1 r2") == 1);
    CHECK(std::ranges::count(told, "192.0.2.60:3478 by r3") == 1);
  }

  TEST_CASE("each of many resolvers keeps its own, be there more than eight") {
    Bed bed(10);
    for (std::size_t i = 0; i < 10; ++i) {
      bed.Say(i, "stun.example", RecordType::kA,
              {ARecord(300, fmt::format("198.51.100.{}", i)), ARecord(300, "203.0.113.1")});
    }
    CHECK(bed.Told("stun:stun.example:3478").size() == 10);
  }

  TEST_CASE("a resolver that alone has an SRV record does not hide where the others lead") {
    Bed bed(3);
    for (std::size_t i = 0; i < 3; ++i) {
      bed.Say(i, "stun.example", RecordType::kA, {ARecord(300, "198.51.100.1")});
      bed.Say(i, "evil.example", RecordType::kA, {ARecord(300, "203.0.113.66")});
    }
    bed.Say(2, "_stun._udp.stun.example", RecordType::kSrv, {Srv(0, 0, 3500, "evil.example")});
    CHECK(bed.Told("stun:stun.example") ==
          Lines{"203.0.113.66:3500 by r3 of evil.example", "198.51.100.1:3478 by r1 r2"});
  }

  TEST_CASE("who is silent about SRV records leads nowhere else than the others") {
    Bed bed(2);
    bed.resolvers.silent[1] = true;
    bed.Say(0, "_stun._udp.example.com", RecordType::kSrv, {Srv(0, 0, 3500, "a.example")});
    bed.Say(0, "a.example", RecordType::kA, {ARecord(300, "198.51.100.1")});
    bed.Say(0, "example.com", RecordType::kA, {ARecord(300, "198.51.100.80")});
    CHECK(bed.Told("stun:example.com") == Lines{"198.51.100.1:3500 by r1 of a.example"});
  }

  TEST_CASE("a place that is led to in two ways is asked once, in the name of all who led there") {
    Bed bed(2);
    for (std::size_t i = 0; i < 2; ++i) bed.Say(i, "stun.example", RecordType::kA, {ARecord(300, "198.51.100.1")});
    bed.Say(1, "_stun._udp.stun.example", RecordType::kSrv, {Srv(0, 0, 3478, "stun.example")});
    CHECK(bed.Told("stun:stun.example") == Lines{"198.51.100.1:3478 by r1 r2 of stun.example"});
  }

  TEST_CASE("one resolver that says there is no such service does not hide where the others lead") {
    Bed bed(3);
    for (std::size_t i = 0; i < 3; ++i) bed.Say(i, "stun.example", RecordType::kA, {ARecord(300, "198.51.100.1")});
    bed.Say(2, "_stun._udp.stun.example", RecordType::kSrv, {Srv(0, 0, 0, "")});
    CHECK(bed.Told("stun:stun.example") == Lines{"198.51.100.1:3478 by r1 r2"});
  }

  TEST_CASE("a resolver alone is not followed into our own networks, be it by an address or by an SRV record") {
    Bed bed(3);
    for (std::size_t i = 0; i < 2; ++i) bed.Say(i, "stun.example", RecordType::kA, {ARecord(300, "198.51.100.1")});
    for (std::size_t i = 0; i < 3; ++i) bed.Say(i, "evil.example", RecordType::kA, {ARecord(300, "192.168.0.1")});
    bed.Say(2, "stun.example", RecordType::kA, {ARecord(300, "127.0.0.1")});
    bed.Say(2, "_stun._udp.stun.example", RecordType::kSrv, {Srv(0, 0, 53, "evil.example")});
    for (const char* uri : {"stun:stun.example:3478", "stun:stun.example"}) {
      CAPTURE(uri);
      CHECK(bed.Told(uri) == Lines{"198.51.100.1:3478 by r1 r2"});
      REQUIRE(bed.Find(uri).refused.size() == 1);
      CHECK(bed.Find(uri).refused[0].address.address.IsSpecialPurpose());
      CHECK(bed.Find(uri).refused[0].resolved_via == Lines{"r3"});
    }
  }

  TEST_CASE("a server in our own networks is asked where nobody knows a public address of it") {
    Bed bed(3);
    bed.Say(0, "stun.example", RecordType::kA, {ARecord(300, "10.0.0.1")});
    bed.Say(1, "stun.example", RecordType::kA, {ARecord(300, "10.0.0.1"), ARecord(300, "198.51.100.1")});
    CHECK(bed.Told("stun:stun.example:3478") == Lines{"10.0.0.1:3478 by r1 r2", "198.51.100.1:3478 by r2"});
  }

  TEST_CASE("a search that takes too long tells what it has found by then") {
    Bed bed;
    bed.Say(0, "_stun._udp.stun.example", RecordType::kSrv,
            {Srv(0, 0, 3478, "198.51.100.1"), Srv(1, 0, 3478, "slow.example")});
    std::vector<ServerPlaces> told;
    const auto search = [&](const char* uri) {
      return FindServerPlaces(bed.book, *config::ParseIceUri(uri),
                              [&](const ServerPlaces& places) { told.push_back(places); });
    };
    search("stun:other.example")();
    REQUIRE(told.size() == 1);
    CHECK(told[0].error == "looking up other.example took too long");
    bool known = false;
    bed.book.FindServices("_stun._udp.stun.example", [&](const auto&) { known = true; });
    REQUIRE(RunUntil(bed.loop, [&] { return known; }));
    bed.resolvers.silent[0] = true;
    const auto end = search("stun:stun.example");
    REQUIRE(told.size() == 1);
    end();
    REQUIRE(told.size() == 2);
    REQUIRE(told[1].places.size() == 1);
    CHECK(told[1].places[0].address.ToString() == "198.51.100.1:3478");
    end();
    CHECK(told.size() == 2);
  }

  TEST_CASE("of a crowd of services four are followed") {
    Bed bed;
    std::vector<Octets> crowd;
    for (unsigned i = 0; i < 20; ++i) crowd.push_back(Srv(i, 0, 3478, fmt::format("h{}.example", i)));
    bed.Say(0, "_stun._udp.example.com", RecordType::kSrv, crowd);
    for (int i = 0; i < 20; ++i) {
      bed.Say(0, fmt::format("h{}.example", i), RecordType::kA, {ARecord(300, fmt::format("198.51.100.{}", i))});
    }
    CHECK(bed.Told("stun:example.com").size() == 4);
  }
}

}  // namespace dialwatch::probes
