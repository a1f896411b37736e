#include "probes/dns/edns.h"

#include <doctest/doctest.h>

#include "tests/probes/dns/octets.h"

namespace dialwatch::probes {
namespace {

Edns Read(const Octets& options) {
  DnsReader reader(options);
  return {.options = ReadOptions(reader)};
}

std::string ErrorOf(const Octets& options) {
  DnsReader reader(options);
  ReadOptions(reader);
  return reader.ok() ? "" : reader.error().what;
}

}  // namespace

TEST_SUITE("probes/dns/edns") {
  TEST_CASE("options are kept in order, repeated and unknown ones too") {
    const Edns edns = Read(Option(10, "cookie") + Option(15, "\x01") + Option(15, "\x02") + Option(65001, ""));
    CHECK(edns.options == std::vector<EdnsOption>{{10, "cookie"}, {15, "\x01"}, {15, "\x02"}, {65001, ""}});
  }

  TEST_CASE("an option that is cut says where") {
    CHECK(ErrorOf(FromHex("00")) == "octet 0: an EDNS option has no code");
    CHECK(ErrorOf(FromHex("0003 00")) == "octet 2: an EDNS option has no length");
    CHECK(ErrorOf(FromHex("0003 0002 61")) == "octet 4: an EDNS option runs past the end of its record");
  }

  TEST_CASE("an NSID is text where it can be, else hex") {
    CHECK(NsidText(Read(Option(3, "res100.fra.rrdns.pch.net"))) == "res100.fra.rrdns.pch.net");
    CHECK(NsidText(Read(FromHex("0003 0003 00 9f 0a"))) == "009f0a");
    CHECK(NsidText(Read(Option(10, "no NSID"))).empty());
  }

  TEST_CASE("of an NSID the beginning is kept, and of extended errors the first eight") {
    CHECK(NsidText(Read(Option(3, std::string(60'000, 'x')))) == std::string(128, 'x'));
    Octets errors;
    for (int i = 0; i < 5000; ++i) errors = std::move(errors) + Option(15, std::string("\0\x0f", 2));
    CHECK(ExtendedErrors(Read(errors)).size() == 8);
  }

  TEST_CASE("every extended error is told, without a null at the end of its text") {
    const Edns edns = Read(FromHex("000f 0002 0016") + FromHex("000f 0007 0003 73 74 61 6c 00") +
                           FromHex("000f 0001 00"));  // too short for a code
    CHECK(ExtendedErrors(edns) == std::vector<ExtendedError>{{22, ""}, {3, "stal"}});
  }
}

}  // namespace dialwatch::probes
