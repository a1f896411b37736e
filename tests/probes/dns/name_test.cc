#include "probes/dns/name.h"

#include <doctest/doctest.h>

#include "tests/probes/dns/octets.h"

namespace dialwatch::probes {
namespace {

// What a name at `at` reads as, or the error.
std::string Read(const Octets& message, std::size_t at = 12) {
  DnsReader reader(message);
  reader.MoveTo(at);
  std::string name;
  AppendName(reader, name);
  return reader.ok() ? name : reader.error().what;
}

// A name at octet 12, behind an empty header.
Octets Behind(std::string_view hex) {
  return Octets(12) + FromHex(hex);
}

}  // namespace

TEST_SUITE("probes/dns/name") {
  TEST_CASE("letters are folded, the last dot is left out") {
    CHECK(Read(Behind("02 44 31  03 43 6f 4d  00")) == "d1.com");
    CHECK(Read(Behind("00")).empty());
  }

  TEST_CASE("octets that no host name has are written as numbers") {
    CHECK(Read(Behind("04 2e 20 ff 5f  01 2a  00")) == "\\046\\032\\255_.\\042");
  }

  TEST_CASE("reading goes on behind the pointer, not behind what it leads to") {
    const Octets message = Behind("03 63 6f 6d 00  02 64 31 c0 0c  ff");
    DnsReader reader(message);
    reader.MoveTo(17);
    std::string name;
    AppendName(reader, name);
    CHECK(name == "d1.com");
    CHECK(reader.at() == 22);
  }

  TEST_CASE("a chain of pointers is followed") {
    CHECK(Read(Behind("03 63 6f 6d 00  c0 0c  01 61 c0 11"), 19) == "a.com");
  }

  TEST_CASE("a pointer must lead backwards, out of the name it stands in") {
    CHECK(Read(Behind("c0 0c")) == "octet 12: a compression pointer does not lead backwards");
    CHECK(Read(Behind("c0 0e 00")) == "octet 12: a compression pointer does not lead backwards");
    CHECK(Read(Behind("01 61 c0 0c")) == "octet 14: a compression pointer does not lead backwards");
    // two that lead to each other
    CHECK(Read(Behind("c0 0e c0 0c"), 14) == "octet 12: a compression pointer does not lead backwards");
    CHECK(Read(Behind("00 c0 00"), 13) == "octet 13: a compression pointer leads into the header");
  }

  TEST_CASE("a name that is cut says where") {
    CHECK(Read(Behind("")) == "octet 12: a name runs past the end");
    CHECK(Read(Behind("03 63 6f")) == "octet 12: a label runs past the end");
    CHECK(Read(Behind("03 63 6f 6d")) == "octet 16: a name runs past the end");
    CHECK(Read(Behind("00 c0"), 13) == "octet 13: a compression pointer runs past the end");
  }

  TEST_CASE("label types that nobody has defined are refused") {
    CHECK(Read(Behind("40 00")) == "octet 12: a label has an unknown type");
    CHECK(Read(Behind("bf 00")) == "octet 12: a label has an unknown type");
  }

  TEST_CASE("255 octets are the most, also by way of pointers") {
    Octets longest(12);
    for (int i = 0; i < 3; ++i) longest = longest + Octets{63} + Octets(63, 'a');
    const Octets fits = longest + Octets{61} + Octets(61, 'a') + Octets{0};
    CHECK(Read(fits).size() == 253);
    const Octets too_long = longest + Octets{62} + Octets(62, 'a') + Octets{0};
    CHECK(Read(too_long) == "octet 204: a name is longer than 255 octets");
    CHECK(Read(fits + FromHex("01 61 c0 0c"), fits.size()) == "octet 204: a name is longer than 255 octets");
  }

  TEST_CASE("the longest name with every octet escaped fits") {
    Octets message(12);
    for (int i = 0; i < 3; ++i) message = message + Octets{63} + Octets(63, 0xFF);
    message = message + Octets{61} + Octets(61, 0xFF) + Octets{0};
    CHECK(Read(message).size() == (3 * 63 + 61) * 4 + 3);
  }

  TEST_CASE("in record data the root is a dot") {
    const Octets message = Behind("00");
    DnsReader reader(message);
    reader.MoveTo(12);
    std::string data = "10 ";
    AppendNameOrDot(reader, data);
    CHECK(data == "10 .");
    data.clear();
    reader.MoveTo(12);
    AppendNameOrDot(reader, data);
    CHECK(data == ".");
  }
}

}  // namespace dialwatch::probes
