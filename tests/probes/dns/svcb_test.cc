#include "probes/dns/svcb.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <random>

#include "tests/probes/dns/octets.h"

// Last, because it makes macros of these words.
#include <ldns/ldns.h>
#undef bool
#undef true
#undef false

namespace dialwatch::probes {
namespace {

using namespace std::string_literals;

const std::string kFooCom = "03 666f6f 07 6578616d706c65 03 636f6d 00 ";  // foo.example.com
const std::string kFooOrg = "03 666f6f 07 6578616d706c65 03 6f7267 00 ";

// The text of these octets, or the error.
std::string Text(const Octets& octets) {
  DnsReader reader(octets);
  std::string text;
  AppendSvcb(reader, text);
  return reader.ok() ? text : reader.error().what;
}
std::string Text(const std::string& hex) {
  return Text(FromHex(hex));
}

// What ldns makes of the same text in a zone file.
Octets ByLdns(const std::string& text) {
  ldns_rr* record = nullptr;
  const std::string line = "a. 1 IN HTTPS " + text;
  if (ldns_rr_new_frm_str(&record, line.c_str(), 0, nullptr, nullptr) != LDNS_STATUS_OK) return {};
  const std::unique_ptr<ldns_rr, decltype(&ldns_rr_free)> owned(record, &ldns_rr_free);
  Octets octets;
  for (std::size_t i = 0; i < ldns_rr_rd_count(record); ++i) {
    const ldns_rdf* field = ldns_rr_rdf(record, i);
    octets.insert(octets.end(), ldns_rdf_data(field), ldns_rdf_data(field) + ldns_rdf_size(field));
  }
  return octets;
}

using Random = std::mt19937;

std::size_t Pick(Random& random, std::size_t below) {
  return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
}

Octets Any(Random& random, std::size_t size) {
  Octets octets(size);
  for (auto& octet : octets) octet = static_cast<std::uint8_t>(random());
  return octets;
}

Octets Value(Random& random, unsigned key) {
  switch (key) {
    case 0:
      return Pick(random, 2) == 0 ? FromHex("0001") : FromHex("0001 0004 029b");
    case 1: {
      Octets ids;
      for (std::size_t i = 1 + Pick(random, 3); i > 0; --i) {
        Octets id = Any(random, 1 + Pick(random, 8));
        // ldns 1.8 reads escaped commas and backslashes wrongly, Figure 10 of RFC 9460 too, which is below
        std::replace_if(
            id.begin(), id.end(), [](std::uint8_t octet) { return octet == ',' || octet == '\\'; }, 'x');
        ids = ids + Octets{static_cast<std::uint8_t>(id.size())} + id;
      }
      return ids;
    }
    case 2:
      return {};
    case 3:
      return Any(random, 2);
    case 4:
      return Any(random, 4 * (1 + Pick(random, 3)));
    case 5:
      return Any(random, 1 + Pick(random, 30));
    case 6:
      return Any(random, 16 * (1 + Pick(random, 3)));
    default:
      return Any(random, Pick(random, 20));
  }
}

Octets AnyRecord(Random& random) {
  Octets octets = Any(random, 2) + Name(Pick(random, 2) == 0 ? "" : "edge.example.net");
  for (unsigned key = 0; key < 10; ++key) {
    if (Pick(random, 2) == 0) continue;
    const unsigned number = key < 8 ? key : 660 + key;
    const Octets value = Value(random, number);
    octets = octets + Word(number) + Word(static_cast<unsigned>(value.size())) + value;
  }
  return octets;
}

}  // namespace

TEST_SUITE("probes/dns/svcb") {
  TEST_CASE("the vectors of RFC 9460, Appendix D.1 and D.2") {
    CHECK(Text("0000 " + kFooCom) == "0 foo.example.com");
    CHECK(Text("0001 00") == "1 .");
    CHECK(Text("0010 " + kFooCom + "0003 0002 0035") == "16 foo.example.com port=53");
    CHECK(Text("0001 " + kFooCom + "029b 0005 68656c6c6f") == "1 foo.example.com key667=hello");
    CHECK(Text("0001 " + kFooCom + "029b 0009 68656c6c6fd2716f6f") == "1 foo.example.com key667=hello\\210qoo");
    CHECK(Text("0001 " + kFooCom + "0006 0020 20010db8000000000000000000000001 20010db8000000000000000000530001") ==
          "1 foo.example.com ipv6hint=2001:db8::1,2001:db8::53:1");
    CHECK(Text("0001 07 6578616d706c65 03 636f6d 00 0006 0010 20010db8012203440000 0000c0000221") ==
          "1 example.com ipv6hint=2001:db8:122:344::c000:221");
    CHECK(Text("0010 " + kFooOrg + "0000 0004 0001 0004  0001 0009 02 6832 05 68332d3139  0004 0004 c0000201") ==
          "16 foo.example.org mandatory=alpn,ipv4hint alpn=h2,h3-19 ipv4hint=192.0.2.1");
    CHECK(Text("0010 " + kFooOrg + "0001 000c 08 665c6f6f2c626172 02 6832") ==
          R"(16 foo.example.org alpn=f\\\\oo\\,bar,h2)");
  }

  TEST_CASE("what has no value has none, and what needs quotes has them") {
    CHECK(Text("0001 00 0001 0003 02 6832  0002 0000  0005 0003 0102ff  0007 0009 2f64 7b3f 646e 7320 7d") ==
          "1 . alpn=h2 no-default-alpn ech=AQL/ dohpath=\"/d{?dns }\"");
    CHECK(Text("0001 00 ffff 0000") == "1 . key65535");
    CHECK(Text("0001 00 0008 0003 22 3b 28") == R"(1 . key8="\";(")");
  }

  TEST_CASE("what RFC 9460 calls malformed fails, and says where") {
    CHECK(Text("00") == "octet 0: a number is cut short");
    CHECK(Text("0001 03 66") == "octet 2: a label runs past the end");
    CHECK(Text("0001 00 0003 0002 0035 0003 0002 0036") ==
          "octet 9: a service parameter stands behind one with a higher key");
    CHECK(Text("0001 00 0004 0004 c0000201 0003 0002 0035") ==
          "octet 11: a service parameter stands behind one with a higher key");
    CHECK(Text("0001 00 00") == "octet 3: a service parameter is cut short");
    CHECK(Text("0001 00 0003 00") == "octet 5: a service parameter is cut short");
    CHECK(Text("0001 00 0003 0003 0035") == "octet 7: a service parameter runs past the end of its record");
    for (const char* value : {
             "0000 0000", "0000 0001 00", "0000 0002 0000", "0000 0004 0004 0001", "0000 0004 0001 0001",  // mandatory
             "0001 0000", "0001 0001 00", "0001 0002 02 68", "0001 0003 01 68 01",                         // alpn
             "0002 0001 00",                                   // no-default…
             "0003 0000", "0003 0001 35", "0003 0003 000035",  // port
             "0004 0000", "0004 0005 c000020101",              // ipv4hint
             "0005 0000",                                      // ech
             "0006 0000", "0006 0004 20010db8",                // ipv6hint
         }) {
      CAPTURE(value);
      CHECK(Text("0001 00"s + value) == "octet 7: a service parameter has a value in the wrong form");
    }
  }

  TEST_CASE("ldns reads our text as the octets that we read") {
    Random random(9460);
    for (int i = 0; i < 3000; ++i) {
      const Octets octets = AnyRecord(random);
      const std::string text = Text(octets);
      CAPTURE(text);
      CHECK(ByLdns(text) == octets);
    }
  }

  TEST_CASE("damage of any kind fails or is read, and never more than there is") {
    Random random(9461);
    for (int i = 0; i < 20'000; ++i) {
      Octets octets = AnyRecord(random);
      octets.resize(Pick(random, octets.size() + 1));
      if (!octets.empty()) octets[Pick(random, octets.size())] = static_cast<std::uint8_t>(random());
      octets.shrink_to_fit();
      CHECK_FALSE(Text(octets).empty());
    }
  }
}

}  // namespace dialwatch::probes
