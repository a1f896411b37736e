#include "probes/sip/text.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {

using Pieces = std::vector<std::string_view>;

TEST_SUITE("probes/sip/text") {
  TEST_CASE("a list is cut where a separator stands outside of quotes and brackets") {
    CHECK((SplitSip("a , b;x=\"1,2\", <sip:c,d@e>;q=1", ',') == Pieces{"a", "b;x=\"1,2\"", "<sip:c,d@e>;q=1"}));
    CHECK((SplitSip(R"("a \" , b" <sip:x>, c)", ',') == Pieces{R"("a \" , b" <sip:x>)", "c"}));
    CHECK((SplitSip("", ',') == Pieces{""}));
    CHECK((SplitSip(",", ',') == Pieces{"", ""}));
  }

  TEST_CASE("what is not closed is no list") {
    for (const char* text : {"\"a", "a, \"b\\\"", "<sip:a", "sip:a>", "<<a>>", "\"a\\"}) {
      CAPTURE(text);
      CHECK_FALSE(SplitSip(text, ','));
    }
  }

  TEST_CASE("a number is digits below 2^32") {
    CHECK(SipNumber("0009") == 9);
    CHECK(SipNumber("4294967295") == 4294967295U);
    for (const char* text : {"", "-1", "+1", " 1", "1 ", "1x", "4294967296", "0x1"}) {
      CAPTURE(text);
      CHECK_FALSE(SipNumber(text));
    }
  }

  TEST_CASE("an address is read with and without a name and brackets") {
    const auto named = ReadSipNameAddress("\"<Bob, \\\"B\\\">\" <sip:bob@example.com;lr>;tag = x1 ; q=\"0.5\"");
    REQUIRE(named);
    CHECK(named->uri == "sip:bob@example.com;lr");
    CHECK((named->parameters == SipParameters{{"tag", "x1"}, {"q", "0.5"}}));
    const auto bare = ReadSipNameAddress("sip:bob@example.com;tag=7");
    REQUIRE(bare);
    CHECK(bare->uri == "sip:bob@example.com");
    CHECK(FindSipParameter(bare->parameters, "TAG") == "7");
    for (const char* text : {"", "<>", "Bob <sip:a b@c>", "Bob <sip:bob@example.com", "Bob sip:bob@example.com"}) {
      CAPTURE(text);
      CHECK_FALSE(ReadSipNameAddress(text));
    }
  }

  TEST_CASE("a Via tells its branch, and where the server saw us") {
    const auto via =
        ReadSipVia("SIP / 2.0  /UDP  192.168.1.9:5060 ; branch = z9hG4bK7;rport=4711;received=203.0.113.7");
    REQUIRE(via);
    CHECK(via->branch == "z9hG4bK7");
    REQUIRE(via->seen);
    CHECK(via->seen->ToString() == "203.0.113.7:4711");
    const auto v6 = ReadSipVia("SIP/2.0/TLS [2001:db8::9]:5061;branch=b;received=[2001:db8::7];rport");
    REQUIRE(v6);
    CHECK(v6->seen->ToString() == "[2001:db8::7]:0");
    CHECK_FALSE(ReadSipVia("SIP/2.0/UDP a;received=nowhere")->seen);
    for (const char* text :
         {"", "SIP/2.0/UDP", "SIP/3.0/UDP a", "HTTP/2.0/UDP a", "SIP/2.0/ a", "SIP/2.0/UDP a;b=\""}) {
      CAPTURE(text);
      CHECK_FALSE(ReadSipVia(text));
    }
  }

  TEST_CASE("quotes are put around a text with escapes") {
    CHECK(SipQuoted(R"(a"b\c)") == R"("a\"b\\c")");
  }
}

}  // namespace dialwatch::probes
