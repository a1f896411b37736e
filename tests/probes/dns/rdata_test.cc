#include "probes/dns/rdata.h"

#include <doctest/doctest.h>

#include "tests/probes/dns/octets.h"

namespace dialwatch::probes {
namespace {

using base::RecordType;

// The text of data that stands behind an empty header and the name "example.com" at octet 12, or the error.
std::string Text(RecordType type, std::string_view hex, std::uint16_t record_class = 1) {
  const Octets message = Octets(12) + Name("example.com") + FromHex(hex);
  DnsReader reader(message);
  reader.MoveTo(25);
  std::string text;
  AppendData(reader, type, record_class, text);
  return reader.ok() ? text : reader.error().what;
}

}  // namespace

TEST_SUITE("probes/dns/rdata") {
  TEST_CASE("each known type has the text of zone files") {
    CHECK(Text(RecordType::kA, "c0 00 02 ff") == "192.0.2.255");
    CHECK(Text(RecordType::kAaaa, "20010db8 00000000 00000000 00000001") == "2001:db8::1");
    CHECK(Text(RecordType::kNs, "02 4e 53 c0 0c") == "ns.example.com");
    CHECK(Text(RecordType::kCname, "c0 0c") == "example.com");
    CHECK(Text(RecordType::kPtr, "01 61 00") == "a");
    CHECK(Text(RecordType::kMx, "000a c0 0c") == "10 example.com");
    CHECK(Text(RecordType::kMx, "0000 00") == "0 .");
    CHECK(Text(RecordType::kSrv, "0001 0002 13c4 03 73 69 70 c0 0c") == "1 2 5060 sip.example.com");
    CHECK(Text(RecordType::kTxt, "02 68 69  04 22 5c 7f 41  00") == "\"hi\" \"\\\"\\\\\\127A\" \"\"");
    CHECK(Text(RecordType::kSoa, R"(02 6e 73 c0 0c         ; ns.example.com
                                    01 2e c0 0c            ; a dot inside of a label
                                    78 4a 4c c9            ; serial
                                    00 00 0e 10  00 00 02 58  00 01 51 80  ff ff ff ff)") ==
          "ns.example.com \\046.example.com 2018135241 3600 600 86400 4294967295");
  }

  TEST_CASE("records of services have it too") {
    CHECK(Text(RecordType::kHttps, "0000 03 666f6f c0 0c") == "0 foo.example.com");
    CHECK(Text(RecordType::kSvcb, "0001 00 0003 0002 0035") == "1 . port=53");
  }

  TEST_CASE("the records of DNSSEC have the text of zone files") {
    CHECK(Text(RecordType::kDs, "ec45 05 01 2bb183af5f22588179a53b0a98631fad1a292118") ==
          "60485 5 1 2bb183af5f22588179a53b0a98631fad1a292118");  // RFC 4034 §5.4
    CHECK(Text(RecordType::kDnskey, "0101 03 0d 00") == "257 3 13 AA==");
    CHECK(Text(RecordType::kDnskey, "0100 03 05 66 6f 6f 62 61") == "256 3 5 Zm9vYmE=");
    CHECK(Text(RecordType::kDnskey, "0100 03 05 66 6f 6f 62 61 72") == "256 3 5 Zm9vYmFy");
    // RFC 4034 §3.3
    CHECK(Text(RecordType::kRrsig,
               "0001 05 03 00015180 3e7c82bf 3e54f5bf 0a52 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00 fbff") ==
          "A 5 3 86400 20030322153527 20030220153527 2642 example.com +/8=");
    CHECK(Text(RecordType::kRrsig, "002f 0d 00 00000000 ffffffff 00000000 ffff 00 00") ==
          "TYPE47 13 0 0 21060207062815 19700101000000 65535 . AA==");
  }

  TEST_CASE("all else is RFC 3597's text") {
    CHECK(Text(static_cast<RecordType>(47), "abcd 08 02 00ff") == "\\# 6 abcd080200ff");
    CHECK(Text(static_cast<RecordType>(65280), "") == "\\# 0");
    CHECK(Text(RecordType::kHttps, "0000 00", 3) == "\\# 3 000000");
    CHECK(Text(RecordType::kA, "c0 00 02 01", 3) == "\\# 4 c0000201");  // class CH: no IPv4 address
  }

  TEST_CASE("data that is too short says where") {
    CHECK(Text(RecordType::kA, "c0 00 02") == "octet 28: an IPv4 address has less than 4 octets");
    CHECK(Text(RecordType::kAaaa, "2001") == "octet 25: an IPv6 address has less than 16 octets");
    CHECK(Text(RecordType::kMx, "00") == "octet 25: a number is cut short");
    CHECK(Text(RecordType::kNs, "02 6e") == "octet 25: a label runs past the end");
    CHECK(Text(RecordType::kTxt, "") == "octet 25: a text has no length");
    CHECK(Text(RecordType::kTxt, "03 61 62") == "octet 26: a text runs past the end of its record");
    CHECK(Text(RecordType::kSoa, "00 00 00000001 00000002") == "octet 35: a SOA record is cut short");
    CHECK(Text(RecordType::kDs, "abcd 08") == "octet 28: a DS record is cut short");
    CHECK(Text(RecordType::kDnskey, "01") == "octet 25: a DNSKEY record is cut short");
    CHECK(Text(RecordType::kRrsig, "0001 05 03 0001") == "octet 31: an RRSIG record is cut short");
  }
}

}  // namespace dialwatch::probes
