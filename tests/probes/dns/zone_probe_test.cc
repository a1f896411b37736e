#include "probes/dns/zone_probe.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/probes/dns/fake_internet.h"

namespace dialwatch::probes {
namespace {

using Strings = std::vector<std::string>;

Strings Data(const std::vector<DnsRecord>& records, RecordType type) {
  Strings data;
  for (const DnsRecord& record : records) {
    if (record.type == type) data.push_back(record.data);
  }
  std::sort(data.begin(), data.end());
  return data;
}

struct Bed : FakeInternet {
  std::chrono::steady_clock::time_point now{};
  std::unique_ptr<AuthorityDiscovery> discovery;
  std::unique_ptr<ZoneWatch> watch;
  std::vector<ZoneSample> samples;

  Bed() { Start(); }
  void Start() {
    const auto clock = [this] { return now; };
    settings->probing.interval = 30s;
    discovery = std::make_unique<AuthorityDiscovery>(client, settings, clock, port());
    watch = std::make_unique<ZoneWatch>(
        client, *discovery, settings, [this](ZoneSample sample) { samples.push_back(std::move(sample)); }, clock);
  }
  // One turn of a name, to its end.
  void Turn(const AuthorityServers& authority, const std::string& host = "d1.example.com") {
    auto token = std::make_shared<int>(0);
    const std::weak_ptr<int> busy = token;
    watch->Turn({host, RecordType::kA}, authority, std::move(token));
    REQUIRE(RunUntil(loop, [&] { return busy.expired(); }));
  }
  void Turn() { Turn({"example.com", At({3, 4})}); }
  ZoneSample Look() {
    samples.clear();
    Turn();
    REQUIRE(samples.size() == 1);
    return samples[0];
  }
  void Sign() {
    const std::string rest = " 13 2 300 20300101000000 20200101000000 60485 example.com AA==";
    for (const int server : {3, 4}) {
      auto& records = servers[server].records;
      records.push_back({"example.com", RecordType::kRrsig, 300, "SOA" + rest});
      records.push_back({"example.com", RecordType::kRrsig, 300, "DNSKEY" + rest});
      records.push_back({"example.com", RecordType::kDnskey, 300, "257 3 13 AA=="});
    }
  }
};

}  // namespace

TEST_SUITE("probes/dns/zone_probe") {
  TEST_CASE("a look sees the delegation, and each server's SOA and NS") {
    Bed bed;
    const auto look = bed.Look();
    CHECK(look.zone == "example.com");
    CHECK_FALSE(look.pinned);
    CHECK(look.parent == "com");
    CHECK(Data(look.delegation, RecordType::kNs) == Strings{"ns1.example.com", "ns2.example.com"});
    CHECK(Data(look.glue, RecordType::kA) == Strings{"127.0.0.3", "127.0.0.4"});
    REQUIRE(look.servers.size() == 2);
    CHECK(look.servers[0].server == bed.At({3})[0]);
    CHECK(look.servers[0].names == Strings{"ns1.example.com"});
    CHECK(look.servers[0].soa.answers == std::vector{Soa("example.com")});
    CHECK(look.servers[0].soa.aa);
    CHECK(look.servers[1].ns.answers.size() == 2);
    CHECK_FALSE(look.keys_known);
    CHECK(look.dnskey.empty());
  }

  TEST_CASE("addresses of name servers in the zone are those that the zone gives") {
    Bed bed;
    bed.servers[3].records[4].data = "127.0.0.9";  // ns2
    const auto look = bed.Look();
    CHECK(Data(look.glue, RecordType::kA) == Strings{"127.0.0.3", "127.0.0.4"});
    CHECK(Data(look.addresses, RecordType::kA) == Strings{"127.0.0.3", "127.0.0.9"});
  }

  TEST_CASE("a zone with hundreds of name servers does not have us ask for all of their addresses") {
    Bed bed;
    for (int i = 0; i < 300; ++i) {
      for (const int server : {3, 4})
        bed.servers[server].records.push_back(Ns("example.com", "x" + std::to_string(i) + ".example.com"));
    }
    bed.Look();
    CHECK(bed.servers[3].types[RecordType::kA] + bed.servers[4].types[RecordType::kA] == 16);
  }

  TEST_CASE("a thousand names in a zone are one look for each turn of one of them") {
    Bed bed;
    const auto turn_all = [&] {
      for (int i = 0; i < 1000; ++i)
        bed.Turn({"example.com", bed.At({3, 4})}, "d" + std::to_string(i) + ".example.com");
    };
    turn_all();
    CHECK(bed.samples.size() == 1);
    CHECK(bed.servers[4].types[RecordType::kSoa] == 1);
    turn_all();
    CHECK(bed.samples.size() == 2);
    CHECK(bed.servers[4].types[RecordType::kSoa] == 2);
  }

  TEST_CASE("where the name that led to the looks is gone another one does after an interval and a half") {
    Bed bed;
    bed.Turn({"example.com", bed.At({3, 4})}, "d1.example.com");
    bed.now += 45s - 1ms;
    bed.Turn({"example.com", bed.At({3, 4})}, "d2.example.com");
    CHECK(bed.samples.size() == 1);
    bed.now += 1ms;
    bed.Turn({"example.com", bed.At({3, 4})}, "d2.example.com");
    CHECK(bed.samples.size() == 2);
    bed.Turn({"example.com", bed.At({3, 4})}, "d1.example.com");
    CHECK(bed.samples.size() == 2);
  }

  TEST_CASE("a look costs two questions to each server, and the details come every ten minutes") {
    Bed bed;
    bed.Turn();
    bed.now += 30s;
    const auto asked = bed.queries();
    bed.Turn();
    CHECK(bed.queries() == asked + 4);
    const auto details = bed.servers[3].types[RecordType::kA];
    bed.now += 10min;
    bed.Turn();
    CHECK(bed.servers[3].types[RecordType::kA] == details + 2);
  }

  TEST_CASE("the keys of a signed zone come with their signatures, and are asked for again after ten minutes") {
    Bed bed;
    bed.Sign();
    const auto look = bed.Look();
    CHECK(look.keys_known);
    CHECK(Data(look.dnskey, RecordType::kDnskey) == Strings{"257 3 13 AA=="});
    CHECK(Data(look.dnskey, RecordType::kRrsig).size() == 1);
    CHECK(look.servers[1].soa.answers.size() == 2);
    bed.now += 30s;
    CHECK(bed.Look().dnskey == look.dnskey);
    CHECK(bed.servers[3].types[RecordType::kDnskey] == 1);
    bed.now += 10min;
    bed.Turn();
    CHECK(bed.servers[3].types[RecordType::kDnskey] == 2);
  }

  TEST_CASE("while a zone with a DS record has no key it is looked at each time") {
    Bed bed;
    bed.AddTruth({"example.com", RecordType::kDs, 86400, "60485 13 2 00ff"});
    const auto look = bed.Look();
    CHECK(look.keys_known);
    CHECK(look.dnskey.empty());
    CHECK(look.ds.size() == 1);
    bed.now += 30s;
    bed.Sign();
    CHECK(bed.Look().dnskey.size() == 2);
  }

  TEST_CASE("a server that is silent, refuses, or is not authoritative is seen as that") {
    Bed bed;
    bed.servers[3].mood = FakeInternet::Mood::kRefuses;
    bed.servers[4].mood = FakeInternet::Mood::kSilent;
    const auto look = bed.Look();
    CHECK(look.servers[0].soa.rcode == kRcodeRefused);
    CHECK(look.servers[1].soa.outcome == DnsOutcome::kTimeout);
    CHECK_FALSE(look.keys_known);
  }

  TEST_CASE("every zone on the way of an alias is looked at") {
    Bed bed;
    bed.Turn({"example.com", bed.At({3, 4}), {{"pool.example.net", "example.net", bed.At({5})}}, ""});
    REQUIRE(bed.samples.size() == 2);
    CHECK(bed.samples[0].zone != bed.samples[1].zone);
  }

  TEST_CASE("a pinned zone has the servers of its pin, and the delegation all the same") {
    Bed bed;
    bed.settings->authorities = {{"example.com", bed.At({4}), ""}};
    bed.Start();
    bed.Turn({"example.com", bed.At({4})});
    REQUIRE(bed.samples.size() == 1);
    CHECK(bed.samples[0].pinned);
    REQUIRE(bed.samples[0].servers.size() == 1);
    CHECK(bed.samples[0].servers[0].soa.aa);
    CHECK(bed.samples[0].delegation.size() == 2);
  }

  TEST_CASE("nothing is looked at where nothing was found") {
    Bed bed;
    bed.Turn({});
    CHECK(bed.samples.empty());
    CHECK(bed.queries() == 0);
  }

  TEST_CASE("a look ends without a sample when the watch goes") {
    for (std::size_t after = 1; after < 40; after += 3) {
      Bed bed;
      bed.on_query = [&] {
        if (bed.queries() == after) bed.watch.reset();
      };
      bed.watch->Turn({"d1.example.com", RecordType::kA}, {"example.com", bed.At({3, 4})}, nullptr);
      RunUntil(bed.loop,
               [&, end = std::chrono::steady_clock::now() + 100ms] { return std::chrono::steady_clock::now() > end; });
      CHECK((bed.watch ? bed.samples.size() == 1 : bed.samples.empty()));
    }
  }
}

}  // namespace dialwatch::probes
