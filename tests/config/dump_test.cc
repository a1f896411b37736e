#include <doctest/doctest.h>
#include <fmt/format.h>

#include "config/load.h"
#include "config/sections.h"

using namespace dialwatch::config;
using namespace std::chrono_literals;
using dialwatch::base::IpAddress;
using dialwatch::base::IpPrefix;

namespace {

Settings ReadBack(const Settings& settings) {
  const LoadedConfig loaded = ParseConfig(DumpSettings(settings), settings.source);
  for (const ConfigError& error : loaded.errors) FAIL_CHECK(error.ToString());
  return loaded.settings.value_or(Settings{});
}

// Every member set to something that is not its default.
Settings Unusual() {
  Settings settings;
  settings.source = "unusual.toml";
  settings.probing = {.interval = 1500ms, .timeout = 100ms, .workers = 64};
  settings.policy = {.ttl_max = 90s,
                     .allowed_stun = {"stun.example.com", "2001:db8::5"},
                     .allowed_resolvers = {*IpAddress::Parse("9.9.9.9")}};
  settings.vantage = {.name = "a \"quoted\" \\ name, Zürich",
                      .expect_mapped = {*IpAddress::Parse("2001:db8::1"), *IpAddress::Parse("203.0.113.10")},
                      .bind = IpAddress::Parse("::1").operator*()};
  settings.exporter = {.listen = *Endpoint::Parse("[::]:9999", 1)};
  settings.alerting = {.wait = 0s, .keep_firing_for = 1h, .repeat = 7 * 24h, .status_url = "http://[::1]:80/x?y#z"};
  settings.resolvers = {{.name = "r",
                         .operator_name = "o",
                         .addresses = {*Endpoint::Parse("2001:db8::53", 53), *Endpoint::Parse("192.0.2.1:5300", 53)},
                         .transport = Transport::kTcp},
                        {.name = "t",
                         .operator_name = "o",
                         .addresses = {*Endpoint::Parse("2001:db8::53", 853), *Endpoint::Parse("192.0.2.1:53", 1)},
                         .transport = Transport::kTls,
                         .tls_name = "dns.example.com"},
                        {.name = "h",
                         .operator_name = "o",
                         .addresses = {*Endpoint::Parse("192.0.2.1:8443", 1), *Endpoint::Parse("192.0.2.1:443", 1)},
                         .transport = Transport::kHttps,
                         .url = "https://dns.example.com:8443/dns-query",
                         .reference = "www.example.net"}};
  settings.authorities = {
      {.zone = "example.com", .servers = {*Endpoint::Parse("192.0.2.53", 53)}, .probe_label = "probe"}};
  settings.dialers = {{.name = "d",
                       .host = "d.example.com",
                       .types = {RecordType::kAaaa, RecordType::kA},
                       .expect = {*IpPrefix::Parse("198.51.100.0/24"), *IpPrefix::Parse("2001:db8::1")},
                       .expect_mode = ExpectMode::kPrefix,
                       .ttl_max = 30s,
                       .labels = {{"account", "ac\"me"}, {"tier", ""}}}};
  settings.discoveries = {
      {.path = "targets/*.json", .match = "d*.example.com"},
      {.kind = Discovery::Kind::kAxfr, .server = *Endpoint::Parse("192.0.2.53:5300", 53), .zone = "example.com"}};
  settings.stun_servers = {{.name = "s", .uri = {.host = "2001:db8::7", .port = 19302}}};
  settings.media = {.interval = std::chrono::seconds(90),
                    .packets = 100,
                    .spacing = std::chrono::milliseconds(30),
                    .codec = "opus",
                    .key_file = "/run/keys",
                    .dscp = 0};
  settings.dialers.back().reflector_port = 9000;
  settings.dialers.back().rtp_port = 10000;
  settings.calls = {{.dialer = settings.dialers.back().name,
                     .target = {.transport = Transport::kTls, .host = "2001:db8::11", .port = 5071},
                     .extension = "*43",
                     .username = "dialwatch",
                     .password_file = "/run/call-password",
                     .realm = "asterisk",
                     .interval = std::chrono::seconds(10)}};
  settings.turn_servers = {{.name = "p",
                            .uri = {.relay = true, .transport = Transport::kTls, .host = "turn.example.com"},
                            .username = "webphone",
                            .password_file = "turn-password",
                            .expect_relayed = {*IpAddress::Parse("198.51.100.20")}},
                           {.name = "q",
                            .uri = {.relay = true, .transport = Transport::kTcp, .host = "192.0.2.7"},
                            .secret_file = "/run/turn-secret"}};
  settings.ice_configs = {{.kind = IceConfig::Kind::kUrl, .location = "https://phone.example.com/?a=\"b\""},
                          {.kind = IceConfig::Kind::kAsterisk, .location = "/etc/asterisk"}};
  settings.receivers = {
      {.name = "oncall", .kind = "slack", .url_file = "/run/secret", .min_severity = Severity::kCritical}};
  return settings;
}

}  // namespace

TEST_SUITE("config/dump") {
  TEST_CASE("the defaults read back equal") {
    Settings settings = DefaultSettings();
    settings.source = "default.toml";
    CHECK(ReadBack(settings) == settings);
  }

  TEST_CASE("settings of which each is unusual read back equal") {
    CHECK(ReadBack(Unusual()) == Unusual());
  }

  TEST_CASE("no STUN server is told apart from the built-in one") {
    Settings settings = DefaultSettings();
    settings.source = "none.toml";
    settings.stun_servers.clear();
    CHECK(DumpSettings(settings).starts_with("stun = []\n\n[probing]\n"));
    CHECK(ReadBack(settings) == settings);
  }

  TEST_CASE("each key is written") {
    const std::string text = DumpSettings(Unusual());
    for (const AnySection& section : Sections()) {
      for (const Key& key : section.keys) {
        CAPTURE(section.name);
        CHECK_MESSAGE(text.find(fmt::format("\n{} = ", key.name)) != std::string::npos, key.name);
      }
    }
  }

  TEST_CASE("it looks like a file that a person wrote") {
    Settings settings = Unusual();
    settings.dialers.resize(1);
    const std::string text = DumpSettings(settings);
    CHECK(text.find("[[dialer]]\n"
                    "name = \"d\"\n"
                    "host = \"d.example.com\"\n"
                    "types = [\"AAAA\", \"A\"]\n"
                    "expect = [\"198.51.100.0/24\", \"2001:db8::1\"]\n"
                    "expect_mode = \"prefix\"\n"
                    "ttl_max = \"30s\"\n"
                    "labels = { account = \"ac\\\"me\", tier = \"\" }\n"
                    "reflector_port = 9000\n"
                    "rtp_port = 10000\n\n") != std::string::npos);
  }
}
