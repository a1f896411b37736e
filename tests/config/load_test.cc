#include "config/load.h"

#include <doctest/doctest.h>

#include "config/errors.h"
#include "tests/config/files.h"

using namespace dialwatch::config;
using namespace std::chrono_literals;

namespace {

Settings Parse(std::string_view text) {
  const LoadedConfig loaded = ParseConfig(text, "test.toml");
  for (const ConfigError& error : loaded.errors) FAIL_CHECK(error.ToString());
  REQUIRE(loaded.settings);
  return *loaded.settings;
}

}  // namespace

TEST_SUITE("config/load") {
  TEST_CASE("an empty file gives the built-in defaults") {
    Settings expected = DefaultSettings();
    expected.source = "test.toml";
    CHECK(Parse("") == expected);
    CHECK(Parse("\xEF\xBB\xBF# a byte order mark, a comment\r\n") == expected);
    CHECK(Parse("[probing]\n[policy]\n[state]\n") == expected);
  }

  TEST_CASE("a file's own resolvers and STUN servers take the place of the built-in ones") {
    const Settings settings = Parse(R"(
      [[resolver]]
      name = "own"
      addresses = ["192.0.2.1:5300", "[2001:db8::1]:5300", "2001:db8::2"]
      transport = "tcp"
      [[stun]]
      uri = "stun:192.0.2.9"
    )");
    REQUIRE(settings.resolvers.size() == 1);
    CHECK(settings.resolvers[0].operator_name == "own");
    CHECK(settings.resolvers[0].addresses[0].ToString() == "192.0.2.1:5300");
    CHECK(settings.resolvers[0].addresses[1].ToString() == "[2001:db8::1]:5300");
    CHECK(settings.resolvers[0].addresses[2].ToString() == "[2001:db8::2]:53");
    CHECK(settings.resolvers[0].transport == Transport::kTcp);
    REQUIRE(settings.stun_servers.size() == 1);
    CHECK(settings.stun_servers[0].name == "192.0.2.9");
    CHECK_FALSE(settings.stun_servers[0].uri.port);
  }

  TEST_CASE("an empty list of STUN servers asks none") {
    CHECK(Parse("stun = []").stun_servers.empty());
  }

  TEST_CASE("a dialer is named by its host and held to the policy unless it says otherwise") {
    const Settings settings = Parse(R"(
      [[dialer]]
      host = "D1.Example.COM."
      [[dialer]]
      name = "two"
      host = "d2.example.com"
      ttl_max = "30s"
      types = ["A", "AAAA"]
      expect = ["198.51.100.0/24", "2001:db8::/32"]
      expect_mode = "prefix"
      labels = { account = "acme", tier = "gold" }
      [policy]
      ttl_max = "2m"
    )");
    REQUIRE(settings.dialers.size() == 2);
    CHECK(settings.dialers[0].name == "d1.example.com");
    CHECK(settings.dialers[0].host == "d1.example.com");
    CHECK(settings.dialers[0].ttl_max == 120s);
    CHECK(settings.dialers[1].name == "two");
    CHECK(settings.dialers[1].ttl_max == 30s);
    CHECK(settings.dialers[1].types == std::vector{RecordType::kA, RecordType::kAaaa});
    CHECK(settings.dialers[1].expect[0].ToString() == "198.51.100.0/24");
    CHECK(settings.dialers[1].expect_mode == ExpectMode::kPrefix);
    CHECK(settings.dialers[1].labels.at("account") == "acme");
  }

  TEST_CASE("one name may be watched for A here and for AAAA there, one address asked over UDP here and TCP there") {
    Parse(R"(
      [[dialer]]
      name = "v4"
      host = "d1.example.com"
      [[dialer]]
      name = "v6"
      host = "d1.example.com"
      types = ["AAAA"]
      [[resolver]]
      name = "udp"
      addresses = ["192.0.2.1"]
      [[resolver]]
      name = "tcp"
      addresses = ["192.0.2.1"]
      transport = "tcp"
    )");
  }

  TEST_CASE("an unspecified source address means any") {
    CHECK_FALSE(Parse("[vantage]\nbind = \"0.0.0.0\"").vantage.bind);
    CHECK(Parse("[vantage]\nbind = \"192.0.2.7\"").vantage.bind->ToString() == "192.0.2.7");
  }

  TEST_CASE("an empty state path means no memory") {
    CHECK(Parse("[state]\npath = \"\"").state.path.empty());
    CHECK(Parse("[state]\npath = \"/x/y.db\"").state.path == "/x/y.db");
  }

  TEST_CASE("dotted keys and inline tables are as good as headings") {
    CHECK(Parse("probing.interval = \"10s\"").probing.interval == 10s);
    CHECK(Parse("probing = { interval = \"10s\" }").probing.interval == 10s);
    CHECK(Parse("dialer = [{ host = \"d1.example.com\" }]").dialers.size() == 1);
  }

  TEST_CASE("errors in several tables come sorted by line, then column") {
    CHECK(ErrorsOf("[[stun]]\nuri = 1\n[probing]\nworkers = 0\ninterval = 1\n[policy]\nallowed_resolvers = [1, 2]\n") ==
          std::vector<std::string>{
              "2:7: uri: an integer where a URI is due; write it like uri = \"stun:stun.telnyx.com:3478\"",
              "4:11: workers: 0 is not from 1 to 64",
              "5:12: interval: an integer where a duration is due; write it like interval = \"30s\"",
              "7:22: allowed_resolvers: an integer where an address is due",
              "7:25: allowed_resolvers: an integer where an address is due"});
  }

  TEST_CASE("columns count characters, not octets") {
    CHECK(ErrorsOf("[[dialer]]\nhost = \"d1.example.com\"\nlabels = { office = \"Zürich\", tier = 1 }\n") ==
          std::vector<std::string>{"3:38: labels: an integer where a string is due"});
  }

  TEST_CASE("a file that is wrong all over is told of a thousand times, not half a million") {
    std::string text = "[policy]\nallowed_stun = [";
    for (int i = 0; i < 5000; ++i) text += "1,";
    CHECK(ErrorsOf(text + "]").size() == Errors::kMost);
  }

  TEST_CASE("control characters of the file do not reach the reader of an error") {
    CHECK(
        ErrorsOf("\"x\\u001b[2J\" = 1") ==
        std::vector<std::string>{"1:1: unknown section \"x\\027[2J\"; there are probing, policy, vantage, state, "
                                 "exporter, alerting, media, resolver, authority, dialer, call, discovery, stun, turn, "
                                 "ice_config, receiver"});
  }

  TEST_CASE("a heading without a name is an error, not the end of the program") {
    for (const char* text : {"[[=", "[[[a]]]", "[[*a]]", "[=]", "[[", "["}) {
      CAPTURE(text);
      REQUIRE(ErrorsOf(text).size() == 1);
      CHECK(ErrorsOf(text)[0].find("not valid TOML: ") != std::string::npos);
    }
  }

  TEST_CASE("deep nesting is an error, not a stack overflow") {
    std::string deep_key = "a";
    for (int i = 0; i < 400'000; ++i) deep_key += ".a";
    CHECK(ErrorsOf(deep_key + " = 1").size() == 1);
    CHECK(ErrorsOf("a = " + std::string(400'000, '[')).size() == 1);
    CHECK(ErrorsOf("[[dialer]]\nlabels = { a = [[[[[[[[[[ 1 ]]]]]]]]]] }").size() == 2);
  }
}
