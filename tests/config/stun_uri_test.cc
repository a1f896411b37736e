#include "config/stun_uri.h"

#include <doctest/doctest.h>

using namespace dialwatch::config;

TEST_SUITE("config/stun_uri") {
  TEST_CASE("a URI without a port means 3478") {
    CHECK(*ParseStunUri("stun:stun.example.com") == StunUri{"stun.example.com", 3478});
    CHECK(*ParseStunUri("stun:192.0.2.1") == StunUri{"192.0.2.1", 3478});
    CHECK(*ParseStunUri("stun:[2001:db8::1]") == StunUri{"2001:db8::1", 3478});
  }

  TEST_CASE("a port stands after the host") {
    CHECK(*ParseStunUri("stun:stun.example.com:5349") == StunUri{"stun.example.com", 5349});
    CHECK(*ParseStunUri("stun:192.0.2.1:1") == StunUri{"192.0.2.1", 1});
    CHECK(*ParseStunUri("stun:[2001:db8::1]:65535") == StunUri{"2001:db8::1", 65535});
  }

  TEST_CASE("scheme and host ignore case") {
    CHECK(*ParseStunUri("STUN:Stun.Example.COM.") == StunUri{"stun.example.com", 3478});
  }

  TEST_CASE("what is written reads back") {
    for (const char* text : {"stun:stun.example.com:3478", "stun:192.0.2.1:99", "stun:[2001:db8::1]:3478"}) {
      CHECK(FormatStunUri(*ParseStunUri(text)) == text);
    }
  }

  TEST_CASE("anything else is refused") {
    for (const char* text : {"", ":", "stun", "stun:", "stun::", "stun::1", "stun:a:", "stun:a:b", "stun:a:0",
                             "stun:a:65536", "stun:a:1:2", "stun:[::1", "stun:[::1]x", "stun:::1", "stun://a",
                             "stun:a?transport=udp", "http:a", "stuns:a", "turn:a"}) {
      CAPTURE(text);
      CHECK_FALSE(ParseStunUri(text));
    }
  }

  TEST_CASE("TURN and STUN over TLS are told apart from mistakes") {
    CHECK(ParseStunUri("turns:a").error().what == "\"turns:\" is not supported by this version, which knows \"stun:\"");
    CHECK(ParseStunUri("Stuns:a").error().what == "\"stuns:\" is not supported by this version, which knows \"stun:\"");
  }
}
