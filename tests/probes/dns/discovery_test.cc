#include "probes/dns/discovery.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "tests/probes/dns/client_bed.h"

namespace dialwatch::probes {
namespace {

using Query = FakeServer::Query;
using base::RecordType;

std::vector<Endpoint> At53(std::initializer_list<std::string_view> addresses) {
  std::vector<Endpoint> servers;
  for (const auto address : addresses) servers.push_back(*Endpoint::Parse(address, 53));
  return servers;
}

Octets Soa(std::string_view zone) {
  return Record(zone, RecordType::kSoa, 300, Name("ns1.example.com") + Name("hostmaster.example.com") + Octets(20));
}

// A resolver that knows example.com (ns1, ns2), the delegated sub.example.com (ns1) and an alias in it.
ReplyParts Know(const Query& query) {
  const std::string name = QuestionName(query.wire);
  switch (QuestionType(query.wire)) {
    case RecordType::kSoa:
      if (name == "alias.sub.example.com") {
        return {.answers = {Record(name, RecordType::kCname, 60, Name("pool.example.net"))},
                .authority = {Soa("example.net")}};
      }
      if (name.ends_with("sub.example.com")) return {.authority = {Soa("sub.example.com")}};
      return {.rcode = 3, .authority = {Soa("example.com")}};
    case RecordType::kNs:
      if (name == "sub.example.com") return {.answers = {Record(name, RecordType::kNs, 300, Name("ns1.example.com"))}};
      return {.answers = {Record(name, RecordType::kNs, 300, Name("NS2.example.com")),
                          Record(name, RecordType::kNs, 300, Name("ns1.example.com")),
                          Record("elsewhere.com", RecordType::kNs, 300, Name("ns3.example.com")),
                          Record(name, RecordType::kNs, 300, Name("not a host.example.com"))}};
    case RecordType::kA:
      if (name == "ns1.example.com") return {.answers = {ARecord(300, "127.0.0.9"), ARecord(300, "127.0.0.8")}};
      if (name == "ns2.example.com") return {.answers = {ARecord(300, "127.0.0.10"), ARecord(300, "127.0.0.9")}};
      return {.rcode = 3};
    default:
      return {};
  }
}

struct Bed : ClientBed {
  FakeServer other{loop};  // a second resolver, silent
  std::shared_ptr<config::Settings> settings = std::make_shared<config::Settings>();
  std::chrono::steady_clock::time_point now{};

  Bed() {
    settings->probing.timeout = 200ms;
    settings->resolvers = {{"one", "one", {server.endpoint()}, Transport::kUdp},
                           {"two", "two", {other.endpoint()}, Transport::kUdp}};
    server.on_query = [this](const Query& query) { server.Send(query, ReplyTo(query.wire, Know(query))); };
  }

  AuthorityDiscovery Discovery() {
    return {client, settings, [this] { return now; }};
  }

  AuthorityServers Find(AuthorityDiscovery& discovery, const std::string& host) {
    std::optional<AuthorityServers> found;
    discovery.Find(host, [&](const AuthorityServers& servers) { found = servers; });
    RunUntil(loop, [&] { return found.has_value(); });
    return found.value_or(AuthorityServers{"never told", {}});
  }

  // How often the first resolver was asked this.
  long Asked(RecordType type) const {
    return std::count_if(server.queries().begin(), server.queries().end(),
                         [&](const Query& query) { return QuestionType(query.wire) == type; });
  }
};

}  // namespace

TEST_SUITE("probes/dns/discovery") {
  TEST_CASE("the zone's servers are found by SOA, NS and their addresses") {
    Bed bed;
    auto discovery = bed.Discovery();
    const auto found = bed.Find(discovery, "d1.example.com");
    CHECK(found.zone == "example.com");
    CHECK(found.servers == At53({"127.0.0.8", "127.0.0.9", "127.0.0.10"}));
    CHECK(bed.Asked(RecordType::kA) == 2);
    CHECK(bed.Asked(RecordType::kAaaa) == 2);
    CHECK(bed.other.queries().empty());
  }

  TEST_CASE("an alias lies in the zone of its own name, not in that of its target") {
    Bed bed;
    auto discovery = bed.Discovery();
    CHECK(bed.Find(discovery, "alias.sub.example.com").zone == "sub.example.com");
  }

  TEST_CASE("a pin wins and is told at once") {
    Bed bed;
    bed.settings->authorities = {{"example.com", {*Endpoint::Parse("127.0.0.1:5300", 53)}, ""}};
    auto discovery = bed.Discovery();
    std::optional<AuthorityServers> found;
    discovery.Find("d1.example.com", [&](const AuthorityServers& servers) { found = servers; });
    REQUIRE(found);
    CHECK(found->zone == "example.com");
    CHECK(found->servers == std::vector{*Endpoint::Parse("127.0.0.1:5300", 53)});
    CHECK(bed.server.queries().empty());
  }

  TEST_CASE("hosts of one zone share one search for its servers") {
    Bed bed;
    auto discovery = bed.Discovery();
    std::map<std::string, AuthorityServers> found;
    for (int i = 0; i < 100; ++i) {
      const std::string host = "d" + std::to_string(i) + ".example.com";
      discovery.Find(host, [&found, host](const AuthorityServers& servers) { found[host] = servers; });
    }
    REQUIRE(RunUntil(bed.loop, [&] { return found.size() == 100; }));
    for (const auto& [host, servers] : found) CHECK(servers.servers.size() == 3);
    CHECK(bed.Asked(RecordType::kSoa) == 100);
    CHECK(bed.Asked(RecordType::kNs) == 1);
    CHECK(bed.Asked(RecordType::kA) == 2);
  }

  TEST_CASE("a host asked for twice at once is searched for once, and both are told") {
    Bed bed;
    auto discovery = bed.Discovery();
    int told = 0;
    for (int i = 0; i < 2; ++i) discovery.Find("d1.example.com", [&](const AuthorityServers&) { ++told; });
    CHECK(told == 0);
    REQUIRE(RunUntil(bed.loop, [&] { return told == 2; }));
    CHECK(bed.Asked(RecordType::kSoa) == 1);
  }

  TEST_CASE("what was found is kept for ten minutes") {
    Bed bed;
    auto discovery = bed.Discovery();
    bed.Find(discovery, "d1.example.com");
    const auto asked = bed.server.queries().size();
    bed.now += 10min - 1ms;
    bed.Find(discovery, "d1.example.com");
    CHECK(bed.server.queries().size() == asked);
    bed.now += 1ms;
    bed.Find(discovery, "d1.example.com");
    CHECK(bed.server.queries().size() == 2 * asked);
  }

  TEST_CASE("the next resolver is asked where the first cannot tell") {
    Bed bed;
    for (const ReplyParts& useless : {ReplyParts{.rcode = 2}, ReplyParts{.rcode = 3}, ReplyParts{}}) {
      auto discovery = bed.Discovery();
      bed.server.on_query = [&](const Query& query) { bed.server.Send(query, ReplyTo(query.wire, useless)); };
      bed.other.on_query = [&](const Query& query) { bed.other.Send(query, ReplyTo(query.wire, Know(query))); };
      CHECK(bed.Find(discovery, "d1.example.com").servers.size() == 3);
    }
    // it knows the zone, but not its servers
    auto discovery = bed.Discovery();
    bed.server.on_query = [&](const Query& query) {
      const ReplyParts parts = QuestionType(query.wire) == RecordType::kSoa ? Know(query) : ReplyParts{.rcode = 5};
      bed.server.Send(query, ReplyTo(query.wire, parts));
    };
    CHECK(bed.Find(discovery, "d1.example.com").servers.size() == 3);
  }

  TEST_CASE("while no resolver can tell, the last servers found are told, and the search is made again soon") {
    Bed bed;
    auto discovery = bed.Discovery();
    CHECK(bed.Find(discovery, "d1.example.com").servers.size() == 3);
    bed.now += 10min;
    bed.AnswerWith({.rcode = 2});
    const auto found = bed.Find(discovery, "d1.example.com");
    CHECK(found.zone == "example.com");
    CHECK(found.servers.size() == 3);
    const auto asked = bed.server.queries().size();
    bed.Find(discovery, "d1.example.com");
    CHECK(bed.server.queries().size() == asked);
    bed.now += 30s;
    bed.Find(discovery, "d1.example.com");
    CHECK(bed.server.queries().size() > asked);
  }

  TEST_CASE("nothing is found out where nobody can tell") {
    Bed bed;
    bed.AnswerWith({.rcode = 5});
    auto discovery = bed.Discovery();
    const auto found = bed.Find(discovery, "d1.example.com");
    CHECK(found.zone == "");
    CHECK(found.servers.empty());
    bed.settings->resolvers.clear();
    auto without = bed.Discovery();
    CHECK(bed.Find(without, "d1.example.com").servers.empty());
  }

  TEST_CASE("the root is nobody's zone, and a stranger's zone is not believed") {
    Bed bed;
    auto discovery = bed.Discovery();
    bed.AnswerWith({.rcode = 3, .authority = {Soa("")}});
    CHECK(bed.Find(discovery, "dialer.invalid").zone == "");
    bed.AnswerWith({.authority = {Soa("example.net")}});
    CHECK(bed.Find(discovery, "d1.example.com").zone == "");
  }

  TEST_CASE("a search ends without its Done when the discovery goes") {
    Bed bed;
    {
      auto discovery = bed.Discovery();
      discovery.Find("d1.example.com", [](const AuthorityServers&) { FAIL("told after the end"); });
    }
    CHECK(RunUntil(bed.loop, [&] { return bed.Asked(RecordType::kSoa) == 1; }));
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
  }
}

}  // namespace dialwatch::probes
