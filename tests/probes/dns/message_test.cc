#include "probes/dns/message.h"

#include <doctest/doctest.h>

#include "tests/probes/dns/octets.h"

namespace dialwatch::probes {
namespace {

// A resolver's answer as it came, but for the names.
constexpr std::string_view kAnswer = R"(
    beef  81b0            ; ID; QR RD RA AD CD, NOERROR
    0001 0003 0001 0002   ; 1 question, 3 answers, 1 authority, 2 additional
    ; 12: question
    02 44 31 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00   ; D1.example.com
    0001 0001             ; A IN
    ; 32: an alias
    c00c 0005 0001  0000003c  0007  04 70 6f 6f 6c c0 0f  ; CNAME pool.example.com, 60 s
    ; 51: two addresses with TTLs of their own
    c02c 0001 0001  00015180  0004  c0 00 02 01
    c02c 0001 0001  ffffffff  0004  c0 00 02 02           ; a TTL with the top bit set
    ; 83: authority
    c00f 0002 0001  00000e10  0005  02 6e 73 c0 0f        ; NS ns.example.com
    ; 100: additional
    00   0029 04d0  00 00 8000  0018                      ; OPT, 1232 octets, version 0, DO
         0003 0003 66 72 61                               ; NSID "fra"
         000f 0007 0003 73 74 61 6c 65                    ; stale answer
         000f 0002 0013                                   ; stale NXDOMAIN answer
    c053 0001 0001  0000000a  0004  c0 00 02 35)";  // 0x53 = 83 holds a pointer itself

std::string ErrorOf(const Octets& octets) {
  const auto message = ReadDnsMessage(octets);
  return message ? "" : message.error().what;
}

Octets Header(unsigned flags, unsigned questions, unsigned answers, unsigned authority, unsigned additional) {
  return Word(1) + Word(flags) + Word(questions) + Word(answers) + Word(authority) + Word(additional);
}

}  // namespace

TEST_SUITE("probes/dns/message") {
  TEST_CASE("a message keeps its flags, its sections and every TTL") {
    const auto message = ReadDnsMessage(FromHex(kAnswer));
    REQUIRE_MESSAGE(message, message.error().what);
    CHECK(message->id == 0xBEEF);
    CHECK(message->qr);
    CHECK(message->opcode == 0);
    CHECK_FALSE(message->aa);
    CHECK_FALSE(message->tc);
    CHECK(message->rd);
    CHECK(message->ra);
    CHECK(message->ad);
    CHECK(message->cd);
    CHECK(message->rcode == 0);
    CHECK(message->questions == std::vector<DnsMessage::Question>{{"d1.example.com", RecordType::kA, 1}});
    CHECK(message->answers == std::vector<DnsRecord>{{"d1.example.com", RecordType::kCname, 60, "pool.example.com"},
                                                     {"pool.example.com", RecordType::kA, 86400, "192.0.2.1"},
                                                     {"pool.example.com", RecordType::kA, 0, "192.0.2.2"}});
    CHECK(message->authority == std::vector<DnsRecord>{{"example.com", RecordType::kNs, 3600, "ns.example.com"}});
    CHECK(message->additional == std::vector<DnsRecord>{{"example.com", RecordType::kA, 10, "192.0.2.53"}});
    REQUIRE(message->edns);
    CHECK(message->edns->udp_size == 1232);
    CHECK(message->edns->version == 0);
    CHECK(message->edns->dnssec_ok);
    CHECK(NsidText(*message->edns) == "fra");
    CHECK(ExtendedErrors(*message->edns) == std::vector<ExtendedError>{{3, "stale"}, {19, ""}});
  }

  TEST_CASE("a message that ends anywhere before its end is refused, with the place") {
    const Octets whole = FromHex(kAnswer);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      const std::string error = ErrorOf(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
      CHECK(error.starts_with("octet "));
    }
    CHECK(ErrorOf({}) == "octet 0: the header is cut short");
    CHECK(ErrorOf(Octets(whole.begin(), whole.begin() + 11)) == "octet 10: the header is cut short");
    CHECK(ErrorOf(Octets(whole.begin(), whole.begin() + 29)) == "octet 28: a question has no type");
    CHECK(ErrorOf(Octets(whole.begin(), whole.begin() + 31)) == "octet 30: a question has no class");
    CHECK(ErrorOf(Octets(whole.begin(), whole.begin() + 39)) == "octet 38: a record has no TTL");
    CHECK(ErrorOf(Octets(whole.begin(), whole.begin() + 43)) == "octet 42: a record has no data length");
    CHECK(ErrorOf(Octets(whole.begin(), whole.begin() + 50)) ==
          "octet 44: the data of a record runs past the end of the message");
  }

  TEST_CASE("octets behind the last record are ignored") {
    CHECK(ReadDnsMessage(FromHex(kAnswer) + FromHex("00ff")));
  }

  TEST_CASE("the upper bits of the response code come from EDNS") {
    const auto message = ReadDnsMessage(Header(0x8000, 0, 0, 0, 1) + Opt({}, 1));
    REQUIRE(message);
    CHECK(message->rcode == 16);
    CHECK(FormatRcode(message->rcode) == "BADVERS");
  }

  TEST_CASE("an OPT record stands once, without a name, in the additional section") {
    CHECK(ErrorOf(Header(0x8000, 0, 1, 0, 0) + Opt({})) ==
          "octet 12: an OPT record stands outside of the additional section");
    CHECK(ErrorOf(Header(0x8000, 0, 0, 0, 2) + Opt({}) + Opt({})) == "octet 23: a second OPT record");
    CHECK(ErrorOf(Header(0x8000, 0, 0, 0, 1) + Record("a", RecordType::kOpt, 0, {})) ==
          "octet 12: an OPT record has a name");
  }

  TEST_CASE("record data must be used up by its fields") {
    CHECK(ErrorOf(Header(0x8000, 0, 1, 0, 0) + Record("a", RecordType::kA, 0, {192, 0, 2, 1, 0})) ==
          "octet 29: the data of a record goes on behind its last field");
    CHECK(ErrorOf(Header(0x8000, 0, 1, 0, 0) + Record("a", RecordType::kNs, 0, {0, 0})) ==
          "octet 26: the data of a record goes on behind its last field");
    // a name in it must not borrow octets from the next record
    CHECK(ErrorOf(Header(0x8000, 0, 1, 0, 0) + Record("a", RecordType::kNs, 0, {1}) + Octets{'b', 0}) ==
          "octet 25: a label runs past the end");
  }

  TEST_CASE("counts that promise more than there is take no memory") {
    CHECK(ErrorOf(Header(0x8000, 0, 0xFFFF, 0xFFFF, 0xFFFF)) == "octet 12: a name runs past the end");
  }

  TEST_CASE("compression cannot blow a message up") {
    // one name of 255 octets that all need an escape, and records that do nothing but point to it
    Octets bomb = Header(0x8000, 1, 1000, 0, 0);
    for (int i = 0; i < 3; ++i) bomb = bomb + Octets{63} + Octets(63, 0xFF);
    bomb = bomb + Octets{61} + Octets(61, 0xFF) + Octets{0} + Word(1) + Word(1);
    for (int i = 0; i < 1000; ++i) bomb = bomb + Record(RecordType::kCname, 0, Word(0xC00C));
    CHECK(ErrorOf(bomb).ends_with("the names of the message come to more than 512 KiB"));
  }

  TEST_CASE("a full TCP message of honest records is read") {
    Octets big = Header(0x8000, 1, 4000, 0, 0) + Name("d1.example.com") + Word(1) + Word(1);
    for (int i = 0; i < 4000; ++i) big = big + ARecord(300, "192.0.2.1");
    REQUIRE(big.size() < 65536);
    const auto message = ReadDnsMessage(big);
    REQUIRE(message);
    CHECK(message->answers.size() == 4000);
  }
}

}  // namespace dialwatch::probes
