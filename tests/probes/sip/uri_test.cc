#include "probes/sip/uri.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {

TEST_SUITE("probes/sip/uri") {
  TEST_CASE("a URI is read and written") {
    for (const char* text :
         {"sip:9196@d1.example.com", "sip:d1.example.com", "sips:alice@192.0.2.1:5061",
          "sip:a%20b@[2001:db8::1]:5070;transport=tcp;lr", "sip:+1-212-555-1212;ext=7@gw.example.com"}) {
      CAPTURE(text);
      const auto uri = ParseSipUri(text);
      REQUIRE(uri);
      CHECK(FormatSipUri(*uri) == text);
    }
  }

  TEST_CASE("its parts are told apart") {
    const auto uri = ParseSipUri("SIP:alice:secret@Example.COM:5080;Transport=TCP;lr?Subject=hi");
    REQUIRE(uri);
    CHECK(
        (*uri ==
         SipUri{
             .user = "alice", .host = "example.com", .port = 5080, .parameters = {{"Transport", "TCP"}, {"lr", ""}}}));
  }

  TEST_CASE("what is no URI says why") {
    const auto why = [](std::string_view text) { return ParseSipUri(text).error().what; };
    CHECK(why("tel:+123") == "\"tel:+123\" is not a SIP URI: it begins neither with \"sip:\" nor with \"sips:\"");
    CHECK(why("").ends_with("nor with \"sips:\""));
    CHECK(why("sip:@b").ends_with("its user has characters that must be escaped"));
    CHECK(why("sip:a b@c").ends_with("its user has characters that must be escaped"));
    CHECK(why("sip:a@b:0").ends_with("its port is not between 1 and 65535"));
    CHECK(why("sip:a@b:65536").ends_with("its port is not between 1 and 65535"));
    CHECK(why("sip:a@b;x=\"1").ends_with("its parameters have characters that must be escaped"));
    CHECK(why("sip:a@b;x=\r\n").ends_with("its parameters have characters that must be escaped"));
    CHECK(why("sip:a@[1.2.3.4]").ends_with("\"[1.2.3.4]\" is no IPv6 address"));
    CHECK(why("sip:a@[::1").find("is not a host name") != std::string::npos);
    CHECK(why("sip:" + std::string(3000, 'a')).ends_with("it is longer than 2048 characters"));
  }
}

}  // namespace dialwatch::probes
