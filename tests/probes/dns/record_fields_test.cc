#include "probes/dns/record_fields.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {
namespace {

using std::chrono::seconds;

DnsRecord Soa(const std::string& data, std::uint32_t ttl = 3600) {
  return {"example.com", RecordType::kSoa, ttl, data};
}

DnsRecord Rrsig(const std::string& data) {
  return {"d1.example.com", RecordType::kRrsig, 300, data};
}

}  // namespace

TEST_SUITE("probes/dns/record_fields") {
  TEST_CASE("a SOA record has a primary, a serial and four times") {
    const auto soa = ReadSoa(Soa("ns1.example.com hostmaster.example.com 2020083101 3600 600 1209600 60"));
    REQUIRE(soa);
    CHECK(soa->primary == "ns1.example.com");
    CHECK(soa->serial == 2020083101);
    CHECK(soa->refresh == 3600);
    CHECK(soa->retry == 600);
    CHECK(soa->expire == 1209600);
    CHECK(soa->minimum == 60);
  }

  TEST_CASE("what is no SOA record is not read as one") {
    CHECK_FALSE(ReadSoa(Soa("")));
    CHECK_FALSE(ReadSoa(Soa("\\# 0")));
    CHECK_FALSE(ReadSoa(Soa("ns1.example.com hostmaster.example.com 1 2 3 4")));
    CHECK_FALSE(ReadSoa(Soa("ns1.example.com hostmaster.example.com 1 2 3 4 x")));
    CHECK_FALSE(ReadSoa(Soa("ns1.example.com hostmaster.example.com 4294967296 2 3 4 5")));
    CHECK_FALSE(ReadSoa(Rrsig("ns1.example.com hostmaster.example.com 1 2 3 4 5")));
  }

  TEST_CASE("a signature has a type that it covers, the TTL that the authority gives, and an end") {
    const auto rrsig = ReadRrsig(Rrsig("A 13 3 300 20200903200500 20200820200500 2642 example.com AA=="));
    REQUIRE(rrsig);
    CHECK(rrsig->covered == "A");
    CHECK(rrsig->original_ttl == 300);
    CHECK(base::FormatRfc3339(rrsig->expiration) == "2020-09-03T20:05:00Z");
    CHECK(base::FormatRfc3339(rrsig->inception) == "2020-08-20T20:05:00Z");
    CHECK(rrsig->key_tag == 2642);
    CHECK(rrsig->signer == "example.com");
  }

  TEST_CASE("what is no signature is not read as one") {
    CHECK_FALSE(ReadRrsig(Rrsig("")));
    CHECK_FALSE(ReadRrsig(Rrsig("A 13 3 300 20200903200500 20200820200500 2642")));
    CHECK_FALSE(ReadRrsig(Rrsig("A 13 3 300 20201303200500 20200820200500 2642 example.com")));
    CHECK_FALSE(ReadRrsig(Rrsig("A 13 3 300 2020090320050 20200820200500 2642 example.com")));
    CHECK_FALSE(ReadRrsig(Soa("A 13 3 300 20200903200500 20200820200500 2642 example.com AA==")));
  }

  TEST_CASE("serials compare on a circle (RFC 1982 §3.2)") {
    CHECK(CompareSerials(1, 1) == 0);
    CHECK(CompareSerials(2, 1) == 1);
    CHECK(CompareSerials(1, 2) == -1);
    CHECK(CompareSerials(0, 4294967295) == 1);
    CHECK(CompareSerials(4294967295, 0) == -1);
    CHECK(CompareSerials(100, 4294967200) == 1);
    CHECK(CompareSerials(2147483647, 0) == 1);
    CHECK_FALSE(CompareSerials(2147483648, 0));
    CHECK_FALSE(CompareSerials(0, 2147483648));
    CHECK(CompareSerials(2147483649, 0) == -1);
  }

  TEST_CASE("a denial lives for the TTL of the SOA record or its minimum, whichever is less (RFC 2308 §5)") {
    const std::string soa = "ns1.example.com hostmaster.example.com 1 2 3 4 900";
    CHECK(NegativeTtl(Soa(soa, 3600)) == seconds(900));
    CHECK(NegativeTtl(Soa(soa, 300)) == seconds(300));
    CHECK(NegativeTtl(Soa("\\# 0", 60)) == seconds(60));
  }
}

}  // namespace dialwatch::probes
