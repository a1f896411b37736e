#include "config/sip_target.h"

#include <doctest/doctest.h>

using namespace dialwatch::config;

TEST_SUITE("config/sip_target") {
  TEST_CASE("a URI names host, port and what is spoken") {
    CHECK(*ParseSipTarget("sip:d1.example.com") == SipTarget{Transport::kUdp, "d1.example.com", {}});
    CHECK(*ParseSipTarget("sip:192.0.2.1:5070;transport=udp") == SipTarget{Transport::kUdp, "192.0.2.1", 5070});
    CHECK(*ParseSipTarget("sip:[2001:db8::1];transport=tcp") == SipTarget{Transport::kTcp, "2001:db8::1", {}});
    CHECK(*ParseSipTarget("sip:a.example;transport=tls") == SipTarget{Transport::kTls, "a.example", {}});
    CHECK(*ParseSipTarget("sips:a.example:5071;transport=tcp") == SipTarget{Transport::kTls, "a.example", 5071});
    CHECK(*ParseSipTarget("SIP:D1.Example.COM.;Transport=TCP") == SipTarget{Transport::kTcp, "d1.example.com", {}});
  }

  TEST_CASE("without a port TLS has its own") {
    CHECK(ParseSipTarget("sip:a.example")->PortOrDefault() == 5060);
    CHECK(ParseSipTarget("sip:a.example;transport=tls")->PortOrDefault() == 5061);
    CHECK(ParseSipTarget("sips:a.example:5060")->PortOrDefault() == 5060);
  }

  TEST_CASE("what is written reads back") {
    for (const char* text : {"sip:d1.example.com:5060", "sip:192.0.2.1", "sip:[2001:db8::1]:5070;transport=tcp",
                             "sips:a.example", "sips:[::1]:5071"}) {
      CHECK(FormatSipTarget(*ParseSipTarget(text)) == text);
    }
  }

  TEST_CASE("anything else is refused") {
    for (const char* text : {"",
                             ":",
                             "sip",
                             "sip:",
                             "sip::",
                             "sip::5060",
                             "sip:a:",
                             "sip:a:b",
                             "sip:a:0",
                             "sip:a:65536",
                             "sip:a:1:2",
                             "sip:[::1",
                             "sip:::1",
                             "sip://a",
                             "sip:9196@a",
                             "sip:a b",
                             "sip:a\r\nb",
                             "sip:a;",
                             "sip:a;transport=",
                             "sip:a;transport=ws",
                             "sip:a;lr",
                             "sip:a?Subject=b",
                             "sips:a;transport=udp",
                             "tel:9196",
                             "wss://a/ws",
                             "ws:a",
                             "stun:a"}) {
      CAPTURE(text);
      CHECK_FALSE(ParseSipTarget(text));
    }
  }
}
