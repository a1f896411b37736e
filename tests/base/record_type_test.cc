#include "base/record_type.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string_view>
#include <utility>

using namespace dialwatch::base;

TEST_SUITE("base/record_type") {
  TEST_CASE("reads names in any case and numbers in RFC 3597's form") {
    const std::initializer_list<std::pair<std::string_view, RecordType>> cases{
        {"A", RecordType::kA},           {"aaaa", RecordType::kAaaa},    {"Cname", RecordType::kCname},
        {"TYPE1", RecordType::kA},       {"type65", RecordType::kHttps}, {"TYPE65535", RecordType{65535}},
        {"DNSKEY", RecordType::kDnskey},
    };
    for (const auto& c : cases) {
      CAPTURE(c.first);
      REQUIRE(ParseRecordType(c.first));
      CHECK(*ParseRecordType(c.first) == c.second);
    }
  }

  TEST_CASE("takes nothing else") {
    for (const std::string_view text :
         {"", "AA", " A", "A ", "TYPE", "TYPE-1", "TYPE+1", "TYPE65536", "TYPE1x", "1", "ANY."}) {
      CAPTURE(text);
      CHECK_FALSE(ParseRecordType(text));
    }
    CHECK(ParseRecordType("AAA").error().what == "\"AAA\" is not a DNS record type");
    CHECK(ParseRecordType("\n").error().what == "\"\\010\" is not a DNS record type");
  }

  TEST_CASE("every type reads back from its text") {
    for (unsigned number = 0; number <= 65535; ++number) {
      const auto type = static_cast<RecordType>(number);
      const auto back = ParseRecordType(FormatRecordType(type));
      if (!back || *back != type) FAIL(number);
    }
    CHECK(FormatRecordType(RecordType::kSvcb) == "SVCB");
    CHECK(FormatRecordType(RecordType{999}) == "TYPE999");
  }
}
