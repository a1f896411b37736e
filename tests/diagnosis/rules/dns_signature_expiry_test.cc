#include "diagnosis/rules/dns_signature_expiry.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/zone/zone_builders.h"

namespace dialwatch::diagnosis {
namespace {

const Ids kExpiry{"dns-signature-expiry:example.com"};
const DnsRecord kDs{"example.com", RecordType::kDs, 86400, "60485 13 2 00ff"};
const DnsRecord kKey{"example.com", RecordType::kDnskey, 300, "257 3 13 AA=="};
constexpr auto kYear = std::chrono::days(365);

// A signed zone whose SOA has this signature at both servers.
ZoneSample SignedZone(const DnsRecord& signature) {
  auto zone = GoodZone();
  zone.ds = {kDs};
  zone.keys_known = true;
  zone.dnskey = {kKey, Signature(kMonday + kYear, kMonday - 336h, "DNSKEY")};
  for (auto& server : zone.servers) server.soa.answers.push_back(signature);
  return zone;
}

std::optional<Severity> SeverityOf(const DnsRecord& signature) {
  World world;
  Look(world, SignedZone(signature));
  if (world.Ids().empty()) return std::nullopt;
  CHECK(world.Ids() == kExpiry);
  return Only(world).severity;
}

}  // namespace

TEST_SUITE("diagnosis/rules/dns_signature_expiry") {
  TEST_CASE("T13: a warning within three days of the end, critical within one") {
    CHECK(SeverityOf(Signature(kMonday + 72h)) == std::nullopt);
    CHECK(SeverityOf(Signature(kMonday + 72h - 1s)) == Severity::kWarning);
    CHECK(SeverityOf(Signature(kMonday + 24h)) == Severity::kWarning);
    CHECK(SeverityOf(Signature(kMonday + 24h - 1s)) == Severity::kCritical);
    CHECK(SeverityOf(Signature(kMonday)) == Severity::kCritical);
    CHECK(SeverityOf(Signature(kMonday - 1h)) == Severity::kCritical);
  }

  TEST_CASE("T13: critical within the TTL of what is signed, where that is more than a day") {
    CHECK(SeverityOf(Signature(kMonday + 48h, kMonday - 336h, "SOA", 172801)) == Severity::kCritical);
    CHECK(SeverityOf(Signature(kMonday + 48h, kMonday - 336h, "SOA", 172800)) == Severity::kWarning);
  }

  TEST_CASE("T13: a signature that does not hold yet is critical, but for what clocks may differ by") {
    CHECK(SeverityOf(Signature(kMonday + 336h, kMonday + 5min)) == std::nullopt);
    CHECK(SeverityOf(Signature(kMonday + 336h, kMonday + 5min + 1s)) == Severity::kCritical);
  }

  TEST_CASE("signatures of a short life, as made on the fly, are measured by that life") {
    CHECK(SeverityOf(Signature(kMonday + 24h, kMonday - 24h)) == std::nullopt);
    CHECK(SeverityOf(Signature(kMonday + 16h - 1s, kMonday - 32h - 1s)) == Severity::kWarning);
    CHECK(SeverityOf(Signature(kMonday + 6h - 1s, kMonday - 42h - 1s)) == Severity::kCritical);
  }

  TEST_CASE("it says which, how long, and shows where") {
    World world;
    Look(world, SignedZone(Signature(kMonday + 20h)));
    const Finding finding = Only(world);
    CHECK(finding.summary == "example.com: the signature of example.com SOA ends in 20h");
    CHECK(finding.affected == std::vector<std::string>{"d1"});
    CHECK(finding.evidence[0].vantage == "authority (192.0.2.53)");
    CHECK(finding.evidence[0].note == "example.com SOA by key 60485, 2020-08-17T20:05:00Z to 2020-09-01T16:05:00Z");
    CHECK(finding.evidence[2].note ==
          "example.com DNSKEY by key 60485, 2020-08-17T20:05:00Z to 2021-08-31T20:05:00Z, in order");
  }

  TEST_CASE("one server with old signatures is enough, and it is named") {
    World world;
    auto zone = SignedZone(Signature(kMonday + 336h));
    zone.servers[1].soa.answers[1] = Signature(kMonday - 3600s);
    Look(world, zone);
    CHECK(Only(world).summary == "example.com: the signature of example.com SOA has ended 1h ago");
    CHECK(Only(world).evidence[0].vantage == "authority (192.0.2.54)");
  }

  TEST_CASE("of several signatures of one set the best counts") {
    World world;
    auto zone = SignedZone(Signature(kMonday + 1h));
    for (auto& server : zone.servers) server.soa.answers.push_back(Signature(kMonday + 336h));
    Look(world, zone);
    CHECK(world.Ids().empty());
    for (auto& server : zone.servers) server.soa.answers[2] = Signature(kMonday + 700h, kMonday + 24h);
    Look(world, zone);
    CHECK(Only(world).summary == "example.com: the signature of example.com SOA ends in 1h");
  }

  TEST_CASE("the signatures of keys and of dialers' records count") {
    World world;
    auto zone = SignedZone(Signature(kMonday + 336h));
    zone.dnskey[1] = Signature(kMonday + 2h, kMonday - 336h, "DNSKEY");
    Look(world, zone);
    CHECK(Only(world).summary == "example.com: the signature of example.com DNSKEY ends in 2h");
    World other;
    Look(other, SignedZone(Signature(kMonday + 336h)));
    auto answer = Gives(kAuthority, "d1", {"198.51.100.11"});
    answer.answers.push_back(Signature(kMonday + 2h, kMonday - 336h, "A", 300, "d1.example.com"));
    other.Add(answer);
    CHECK(Only(other).summary == "example.com: the signature of d1.example.com A ends in 2h");
  }

  TEST_CASE("T13: a DS record without a DNSKEY, or without signatures, is critical") {
    World world;
    auto zone = SignedZone(Signature(kMonday + 336h));
    zone.dnskey.clear();
    Look(world, zone);
    CHECK(Only(world).severity == Severity::kCritical);
    CHECK(Only(world).summary == "example.com: its parent has a DS record, but it has no DNSKEY");
    zone.keys_known = false;  // nobody has said so
    Look(world, zone);
    CHECK(world.Ids().empty());
    zone.servers[1].soa.answers.pop_back();
    Look(world, zone);
    CHECK(Only(world).summary == "example.com: its parent has a DS record, but 192.0.2.54 gives no signatures");
  }

  TEST_CASE("T13: a DS record of a key that does not sign the zone's keys is critical, and one of several is enough") {
    World world;
    auto zone = SignedZone(Signature(kMonday + 336h));
    zone.ds[0].data = "6048 13 2 00ff";
    Look(world, zone);
    CHECK(Only(world).severity == Severity::kCritical);
    CHECK(Only(world).summary ==
          "example.com: no key that a DS record of its parent is about signs its DNSKEY records");
    zone.ds.push_back(kDs);
    Look(world, zone);
    CHECK(world.Ids().empty());
    zone.dnskey = {kKey};
    Look(world, zone);
    CHECK(world.Ids() == kExpiry);
  }

  TEST_CASE("without a DS record nobody validates, so that it is an info") {
    World world;
    auto zone = SignedZone(Signature(kMonday - 1h));
    zone.ds.clear();
    Look(world, zone);
    CHECK(Only(world).severity == Severity::kInfo);
    zone.delegation.clear();  // but where the parent was not asked, nothing is known
    Look(world, zone);
    CHECK(Only(world).severity == Severity::kCritical);
  }

  TEST_CASE("an unsigned zone has no findings") {
    World world;
    Look(world, GoodZone());
    CHECK(world.Ids().empty());
  }
}

}  // namespace dialwatch::diagnosis
