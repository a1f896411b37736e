#include "probes/dns/discovery.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "tests/probes/dns/fake_internet.h"

namespace dialwatch::probes {
namespace {

using Strings = std::vector<std::string>;

struct Bed : FakeInternet {
  std::chrono::steady_clock::time_point now{};
  std::unique_ptr<AuthorityDiscovery> discovery = Discovery();

  std::unique_ptr<AuthorityDiscovery> Discovery() {
    return std::make_unique<AuthorityDiscovery>(
        client, settings, [this] { return now; }, port());
  }

  AuthorityServers Find(const std::string& host) {
    std::optional<AuthorityServers> found;
    discovery->Find(host, [&](const AuthorityServers& authority) { found = authority; });
    RunUntil(loop, [&] { return found.has_value(); });
    return found.value_or(AuthorityServers{"never told", {}});
  }
  ZoneAuthority FindDelegation(const std::string& zone) {
    std::optional<ZoneAuthority> found;
    discovery->FindDelegation(zone, [&](const ZoneAuthority& authority) { found = authority; });
    RunUntil(loop, [&] { return found.has_value(); });
    return found.value_or(ZoneAuthority{"never told", {}, {}, false, false, {}, {}, {}, {}});
  }
  // Lets the searches end that go on behind what is told at once.
  void Settle() {
    std::size_t before = ~std::size_t{0};
    while (std::exchange(before, queries()) != queries()) {
      RunUntil(loop,
               [&, end = std::chrono::steady_clock::now() + 50ms] { return std::chrono::steady_clock::now() > end; });
    }
  }
};

Strings Data(const std::vector<DnsRecord>& records) {
  Strings data;
  for (const DnsRecord& record : records) data.push_back(record.data);
  std::sort(data.begin(), data.end());
  return data;
}

}  // namespace

TEST_SUITE("probes/dns/discovery") {
  TEST_CASE("the zone's servers are found by SOA, the parent's delegation, and the zone's own NS records") {
    Bed bed;
    const auto found = bed.Find("d1.example.com");
    CHECK(found.zone == "example.com");
    CHECK(found.servers == bed.At({3, 4}));
    CHECK(found.further.empty());
    CHECK(found.trouble == "");
  }

  TEST_CASE("a zone is known with its parent, the delegation, the glue and the name of each server") {
    Bed bed;
    const auto found = bed.FindDelegation("example.com");
    CHECK(found.parent_known);
    CHECK(found.parent == "com");
    CHECK_FALSE(found.denied);
    CHECK(Data(found.delegation) == Strings{"ns1.example.com", "ns2.example.com"});
    CHECK(found.delegation[0].ttl == 172800);
    CHECK(Data(found.glue) == Strings{"127.0.0.3", "127.0.0.4"});
    CHECK(Data(found.addresses) == Strings{"127.0.0.3", "127.0.0.4"});
    REQUIRE(found.servers.size() == 2);
    CHECK(found.servers[1].names == Strings{"ns2.example.com"});
  }

  TEST_CASE("a server that only the zone itself names is found too, and one that only the parent names") {
    Bed bed;
    bed.servers[3].records.push_back(Ns("example.com", "ns3.example.com"));
    bed.AddTruth(Address("ns3.example.com", "127.0.0.8"));
    std::erase_if(bed.truth, [](const DnsRecord& record) { return record.data == "ns2.example.com"; });
    CHECK(bed.Find("d1.example.com").servers == bed.At({3, 4, 8}));
  }

  TEST_CASE("a parent that hosts the zone too gives no view of its own") {
    Bed bed;
    const auto found = bed.FindDelegation("sub.example.com");
    CHECK(found.parent == "example.com");
    CHECK(found.delegation.empty());
    CHECK_FALSE(found.denied);
    CHECK(bed.Find("d1.sub.example.com").servers == bed.At({3}));
  }

  TEST_CASE("the DS records of a signed zone come with it") {
    Bed bed;
    const DnsRecord ds{"example.com", RecordType::kDs, 86400, "60485 13 2 00ff"};
    bed.AddTruth(ds);
    bed.AddTruth({"example.com", RecordType::kRrsig, 86400, "DS 8 2 86400 20300101000000 20200101000000 1 com AA=="});
    const auto found = bed.FindDelegation("example.com");
    CHECK(found.parent == "com");
    CHECK(found.ds == std::vector{ds});
  }

  TEST_CASE("an alias lies in the zone of its own name, and the zones that it leads to are found in order") {
    Bed bed;
    bed.servers[3].records.push_back(Cname("alias.example.com", "in.example.com", 120));
    bed.servers[3].records.push_back(Cname("in.example.com", "pool.example.net", 90));
    bed.servers[4].records = bed.servers[3].records;
    bed.AddTruth(Cname("alias.example.com", "pool.example.net", 120));
    const auto found = bed.Find("alias.example.com");
    CHECK(found.zone == "example.com");
    CHECK(found.further == std::vector<AuthorityHop>{{"pool.example.net", "example.net", bed.At({5})}});
    CHECK(found.trouble == "");
    const auto asked = bed.queries();
    bed.now += 89s;
    bed.Find("alias.example.com");
    bed.Settle();
    CHECK(bed.queries() == asked);
    bed.now += 1s;
    bed.Find("alias.example.com");
    bed.Settle();
    CHECK(bed.queries() > asked);
  }

  TEST_CASE("aliases that lead in a circle are said so") {
    Bed bed;
    for (const int server : {3, 4})
      bed.servers[server].records.push_back(Cname("alias.example.com", "alias.example.net"));
    bed.servers[5].records.push_back(Cname("alias.example.net", "alias.example.com"));
    const auto found = bed.Find("alias.example.com");
    CHECK(found.further.size() == 1);
    CHECK(found.trouble == "its aliases lead in a circle, back to alias.example.com");
  }

  TEST_CASE("aliases are followed through eight zones, and a ninth is said") {
    Bed bed;
    for (int i = 0; i < 9; ++i) {
      const auto zone = [](int n) { return "zone" + std::to_string(n) + ".com"; };
      bed.AddTruth(Soa(zone(i)));
      // by turns, since a server of two zones may follow the alias itself
      const std::string name = i % 2 == 0 ? "ns1.example.com" : "ns2.example.com";
      FakeInternet::Server& server = bed.servers[i % 2 == 0 ? 3 : 4];
      bed.AddTruth(Ns(zone(i), name));
      server.zones.push_back(zone(i));
      server.records.push_back(Ns(zone(i), name));
      server.records.push_back(Cname("a." + zone(i), "a." + zone(i + 1)));
    }
    const auto found = bed.Find("a.zone0.com");
    CHECK(found.further.size() == 7);
    CHECK(found.further.back().zone == "zone7.com");
    CHECK(found.trouble == "its aliases lead through more than 8 zones");
    CHECK(bed.Find("a.zone1.com").further.size() == 7);
  }

  TEST_CASE("a pin wins, without a question to anybody but its server") {
    Bed bed;
    FakeServer pinned(bed.loop);
    pinned.on_query = [&](const FakeServer::Query& query) {
      pinned.Send(query, ReplyTo(query.wire, {.answers = {ARecord(300, "198.51.100.11")}, .authoritative = true}));
    };
    bed.settings->authorities = {{"example.com", {pinned.endpoint()}, ""}};
    bed.discovery = bed.Discovery();
    const auto found = bed.Find("d1.example.com");
    CHECK(found.zone == "example.com");
    CHECK(found.servers == std::vector{pinned.endpoint()});
    CHECK(bed.queries() == 0);
    CHECK(bed.FindDelegation("example.com").delegation.size() == 2);
  }

  TEST_CASE("one poisoned resolver of three cannot name a server, be it by NS, by address, or by a zone of its own") {
    for (const char* what : {"ns", "address", "zone"}) {
      CAPTURE(what);
      Bed bed;
      bed.resolvers[0].lies = bed.truth;
      auto& lies = *bed.resolvers[0].lies;
      const std::string trick = what;
      if (trick == "ns") {
        std::erase_if(lies, [](const DnsRecord& record) { return record.type == RecordType::kNs; });
        lies.push_back(Ns("example.com", "ns.evil.com"));
        lies.push_back(Ns("com", "ns.evil.com"));
        lies.push_back(Address("ns.evil.com", "127.0.0.6"));
      } else if (trick == "address") {
        for (DnsRecord& record : lies) {
          if (record.type == RecordType::kA) record.data = "127.0.0.6";
        }
      } else {
        lies.push_back(Soa("d1.example.com"));
        lies.push_back(Ns("d1.example.com", "ns.evil.com"));
        lies.push_back(Address("ns.evil.com", "127.0.0.6"));
      }
      const auto found = bed.Find("d1.example.com");
      CHECK(found.zone == "example.com");
      CHECK(found.servers == bed.At({3, 4}));
      CHECK(bed.servers[6].asked == 0);
    }
  }

  TEST_CASE("servers that keep silent towards two of three resolvers do not give the third one all the say") {
    Bed bed;
    for (std::size_t i : {1U, 2U}) bed.resolvers[i].mood = FakeInternet::Mood::kSilent;
    bed.Find("pool.example.net");
    for (std::size_t i : {1U, 2U}) bed.resolvers[i].mood = FakeInternet::Mood::kWell;
    bed.resolvers[0].lies = {Soa("example.com"), Ns("example.com", "ns.evil.com"), Address("ns.evil.com", "127.0.0.6")};
    CHECK(bed.Find("d1.example.com").servers == bed.At({3, 4}));
    CHECK(bed.servers[6].asked == 0);
  }

  TEST_CASE("where two resolvers contradict each other, the zone is that whose servers and parent know of it") {
    for (const std::size_t liar : {0U, 1U}) {
      Bed bed;
      bed.settings->resolvers.pop_back();
      bed.discovery = bed.Discovery();
      bed.resolvers[liar].lies = bed.truth;
      auto& lies = *bed.resolvers[liar].lies;
      lies.push_back(Soa("d1.example.com"));
      lies.push_back(Ns("d1.example.com", "ns.evil.com"));
      lies.push_back(Address("ns.evil.com", "127.0.0.6"));
      const auto found = bed.Find("d1.example.com");
      CHECK(found.zone == "example.com");
      CHECK(found.servers == bed.At({3, 4}));
      CHECK(bed.servers[6].asked == 0);
    }
  }

  TEST_CASE("where two resolvers name different servers, the parent's delegation decides") {
    Bed bed;
    bed.settings->resolvers.pop_back();
    bed.discovery = bed.Discovery();
    bed.resolvers[0].lies = bed.truth;
    auto& lies = *bed.resolvers[0].lies;
    std::erase_if(lies, [](const DnsRecord& record) { return record.data == "ns2.example.com"; });
    lies.push_back(Ns("example.com", "ns.evil.com"));
    lies.push_back(Address("ns.evil.com", "127.0.0.6"));
    CHECK(bed.Find("d1.example.com").servers == bed.At({3, 4}));
  }

  TEST_CASE("a resolver that is silent, refuses, or knows nothing is done without") {
    for (const auto mood : {FakeInternet::Mood::kSilent, FakeInternet::Mood::kRefuses, FakeInternet::Mood::kEmpty}) {
      Bed bed;
      bed.resolvers[0].mood = mood;
      CHECK(bed.Find("d1.example.com").servers == bed.At({3, 4}));
      bed.resolvers[1].mood = mood;
      bed.discovery = bed.Discovery();
      CHECK(bed.Find("d1.example.com").servers == bed.At({3, 4}));
    }
  }

  TEST_CASE("a silent resolver costs one timeout, not one for each step") {
    Bed bed;
    bed.settings->resolvers.pop_back();
    bed.discovery = bed.Discovery();
    bed.resolvers[0].mood = FakeInternet::Mood::kSilent;
    CHECK(bed.Find("d1.example.com").servers.size() == 2);
    CHECK(bed.resolvers[0].asked == 2);  // one question, sent twice
  }

  TEST_CASE("servers of an uncontradicted zone are told even while they are silent") {
    Bed bed;
    for (const int server : {3, 4}) bed.servers[server].mood = FakeInternet::Mood::kSilent;
    CHECK(bed.Find("d1.example.com").servers == bed.At({3, 4}));
  }

  TEST_CASE("without a word from the parent the votes of the resolvers count") {
    Bed bed;
    bed.servers[2].mood = FakeInternet::Mood::kRefuses;
    CHECK(bed.Find("d1.example.com").servers == bed.At({3, 4}));
    CHECK(bed.FindDelegation("example.com").delegation.empty());
  }

  TEST_CASE("hosts of one zone share one search for its servers") {
    Bed bed;
    std::map<std::string, AuthorityServers> found;
    for (int i = 0; i < 100; ++i) {
      const std::string host = "d" + std::to_string(i) + ".example.com";
      bed.discovery->Find(host, [&found, host](const AuthorityServers& servers) { found[host] = servers; });
    }
    REQUIRE(RunUntil(bed.loop, [&] { return found.size() == 100; }));
    for (const auto& [host, servers] : found) CHECK(servers.servers.size() == 2);
    CHECK(bed.resolvers[0].types[RecordType::kSoa] == 100);
    CHECK(bed.resolvers[0].types[RecordType::kNs] == 2);  // of the zone and of its parent
    CHECK(bed.resolvers[0].types[RecordType::kDs] == 1);
    CHECK(bed.servers[2].asked == 1);
  }

  TEST_CASE("a host asked for twice at once is searched for once, and both are told") {
    Bed bed;
    int told = 0;
    for (int i = 0; i < 2; ++i) bed.discovery->Find("d1.example.com", [&](const AuthorityServers&) { ++told; });
    CHECK(told == 0);
    REQUIRE(RunUntil(bed.loop, [&] { return told == 2; }));
    CHECK(bed.resolvers[0].types[RecordType::kSoa] == 1);
  }

  TEST_CASE("what was found is kept for its TTL, then told at once while it is searched for anew") {
    Bed bed;  // addresses of name servers have 300 s
    bed.Find("d1.example.com");
    const auto asked = bed.queries();
    bed.now += 300s - 1ms;
    bed.Find("d1.example.com");
    bed.Settle();
    CHECK(bed.queries() == asked);
    bed.now += 1ms;
    bed.truth.push_back(Address("ns2.example.com", "127.0.0.7"));
    bool told = false;
    bed.discovery->Find("d1.example.com", [&](const AuthorityServers& found) {
      told = true;
      CHECK(found.servers == bed.At({3, 4}));
    });
    CHECK(told);
    bed.Settle();
    CHECK(bed.Find("d1.example.com").servers == bed.At({3, 4, 7}));
  }

  TEST_CASE("while no resolver can tell, the last servers found are told, and the search is made again soon") {
    Bed bed;
    CHECK(bed.Find("d1.example.com").servers.size() == 2);
    bed.now += 10min;
    for (auto& resolver : bed.resolvers) resolver.mood = FakeInternet::Mood::kRefuses;
    bed.Find("d1.example.com");
    bed.Settle();
    auto asked = bed.queries();
    const auto found = bed.Find("d1.example.com");
    CHECK(found.zone == "example.com");
    CHECK(found.servers.size() == 2);
    bed.Settle();
    CHECK(bed.queries() == asked);
    bed.now += 30s;
    bed.Find("d1.example.com");
    bed.Settle();
    CHECK(bed.queries() > asked);
  }

  TEST_CASE("a doubt has the host searched for anew, but not before the last search is half a minute old") {
    Bed bed;
    bed.Find("d1.example.com");
    const auto asked = bed.queries();
    bed.discovery->Doubt("d1.example.com");
    bed.discovery->Doubt("nobody.example.com");
    bed.now += 29s;
    bed.Find("d1.example.com");
    bed.Settle();
    CHECK(bed.queries() == asked);
    bed.now += 1s;
    bed.Find("d1.example.com");
    bed.Settle();
    CHECK(bed.queries() > asked);
  }

  TEST_CASE("of a name with a hundred labels few are asked for") {
    Bed bed;
    for (auto& resolver : bed.resolvers) resolver.mood = FakeInternet::Mood::kRefuses;
    std::string host = "com";
    for (int i = 0; i < 100; ++i) host = "a." + host;
    CHECK(bed.Find(host).servers.empty());
    CHECK(bed.resolvers[0].asked == 8);
  }

  TEST_CASE("aliases that take too long are not followed any further") {
    Bed bed;
    for (const int server : {3, 4})
      bed.servers[server].records.push_back(Cname("alias.example.com", "pool.example.net"));
    bed.on_query = [&] { bed.now += 10s; };
    const auto found = bed.Find("alias.example.com");
    CHECK(found.further.empty());
    CHECK(found.trouble == "its aliases could not be followed to pool.example.net in time");
  }

  TEST_CASE("nothing is found out where nobody can tell") {
    Bed bed;
    for (auto& resolver : bed.resolvers) resolver.mood = FakeInternet::Mood::kRefuses;
    const auto found = bed.Find("d1.example.com");
    CHECK(found.zone == "");
    CHECK(found.servers.empty());
    CHECK(found.trouble == "the servers of d1.example.com were not found");
    bed.settings->resolvers.clear();
    bed.discovery = bed.Discovery();
    CHECK(bed.Find("d1.example.com").servers.empty());
  }

  TEST_CASE("the root is nobody's zone") {
    Bed bed;
    CHECK(bed.Find("dialer.invalid").zone == "");
  }

  TEST_CASE("a search ends without its Done when the discovery goes") {
    for (std::size_t after = 1; after < 30; after += 4) {
      Bed bed;
      bed.on_query = [&] {
        if (bed.queries() == after) bed.discovery.reset();
      };
      bed.discovery->Find("d1.example.com", [](const AuthorityServers&) { FAIL("told after the end"); });
      REQUIRE(RunUntil(bed.loop, [&] { return !bed.discovery; }));
      bed.Settle();
    }
  }
}

}  // namespace dialwatch::probes
