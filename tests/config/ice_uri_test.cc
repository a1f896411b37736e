#include "config/ice_uri.h"

#include <doctest/doctest.h>

using namespace dialwatch::config;

TEST_SUITE("config/ice_uri") {
  TEST_CASE("a URI names host, port and what is spoken") {
    CHECK(*ParseIceUri("stun:stun.example.com") == IceUri{false, Transport::kUdp, "stun.example.com", {}});
    CHECK(*ParseIceUri("stun:192.0.2.1:1") == IceUri{false, Transport::kUdp, "192.0.2.1", 1});
    CHECK(*ParseIceUri("stun:[2001:db8::1]") == IceUri{false, Transport::kUdp, "2001:db8::1", {}});
    CHECK(*ParseIceUri("stuns:[2001:db8::1]:65535") == IceUri{false, Transport::kTls, "2001:db8::1", 65535});
    CHECK(*ParseIceUri("turn:a.example:3478?transport=udp") == IceUri{true, Transport::kUdp, "a.example", 3478});
    CHECK(*ParseIceUri("turn:a.example?transport=tcp") == IceUri{true, Transport::kTcp, "a.example", {}});
    CHECK(*ParseIceUri("turns:a.example:443?transport=tcp") == IceUri{true, Transport::kTls, "a.example", 443});
  }

  TEST_CASE("without a port TLS has its own, and SRV records may tell another") {
    CHECK(ParseIceUri("stun:a.example")->DefaultPort() == 3478);
    CHECK(ParseIceUri("turns:a.example")->DefaultPort() == 5349);
    CHECK(ParseIceUri("stun:a.example")->SrvName() == "_stun._udp.a.example");
    CHECK(ParseIceUri("turn:a.example?transport=tcp")->SrvName() == "_turn._tcp.a.example");
    CHECK(ParseIceUri("turns:a.example")->SrvName() == "_turns._tcp.a.example");
  }

  TEST_CASE("scheme, host and transport ignore case") {
    CHECK(*ParseIceUri("STUN:Stun.Example.COM.?Transport=UDP") ==
          IceUri{false, Transport::kUdp, "stun.example.com", {}});
  }

  TEST_CASE("what is written reads back") {
    for (const char* text : {"stun:stun.example.com:3478", "stun:192.0.2.1", "stun:[2001:db8::1]:3478",
                             "stuns:a.example", "turn:a.example:1?transport=tcp", "turns:[::1]:5349"}) {
      CHECK(FormatIceUri(*ParseIceUri(text)) == text);
    }
  }

  TEST_CASE("anything else is refused") {
    for (const char* text : {"",
                             ":",
                             "stun",
                             "stun:",
                             "stun::",
                             "stun::1",
                             "stun:a:",
                             "stun:a:b",
                             "stun:a:0",
                             "stun:a:65536",
                             "stun:a:1:2",
                             "stun:[::1",
                             "stun:[::1]x",
                             "stun:::1",
                             "stun://a",
                             "stun:a?transport=sctp",
                             "stun:a?",
                             "stun:a?transport=udp&x",
                             "http:a",
                             "stunt:a"}) {
      CAPTURE(text);
      CHECK_FALSE(ParseIceUri(text));
    }
  }

  TEST_CASE("a refusal says what is wrong") {
    CHECK(ParseIceUri("turns:a?transport=udp").error().what ==
          "\"turns:a?transport=udp\" is not a URI like \"stun:stun.example.com:3478\": DTLS is not supported: leave "
          "\"?transport=udp\" out");
    CHECK(ParseIceUri("ice:a").error().what ==
          "\"ice:a\" is not a URI like \"stun:stun.example.com:3478\": it must begin with \"stun:\", \"stuns:\", "
          "\"turn:\" or \"turns:\"");
  }
}
