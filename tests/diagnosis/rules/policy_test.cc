#include "diagnosis/rules/policy.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "diagnosis/causes/headline.h"
#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

using probes::IceConfigOutcome, probes::IceConfigSample, probes::IceServerInFile, probes::ResolvConfSample;
using Kind = config::IceConfig::Kind;

constexpr const char* kConf = "/etc/asterisk/rtp.conf";
constexpr const char* kPage = "https://phone.example.com/";

IceServerInFile At(const std::string& file, std::size_t line, const std::string& text) {
  IceServerInFile found{file, {}};
  found.server.line = line;
  found.server.text = text;
  if (auto uri = config::ParseIceUri(text)) {
    found.server.uri = *uri;
  } else {
    found.server.error = uri.error().what;
  }
  return found;
}

World Watching(const std::vector<config::IceConfig>& configs) {
  World world;
  world.settings.policy.allowed_stun = {"stun.telnyx.com", "turn.telnyx.com", "192.0.2.80"};
  world.settings.ice_configs = configs;
  return world;
}

void Reads(World& world, Kind kind, const std::string& location, std::vector<IceServerInFile> servers) {
  IceConfigSample sample;
  sample.kind = kind;
  sample.location = location;
  sample.at = world.now;
  sample.outcome = IceConfigOutcome::kRead;
  sample.servers = std::move(servers);
  world.picture.Add(sample);
}

void Fails(World& world, Kind kind, const std::string& location, const std::string& error,
           std::vector<IceServerInFile> servers = {}) {
  IceConfigSample sample;
  sample.kind = kind;
  sample.location = location;
  sample.at = world.now;
  sample.outcome = servers.empty() ? IceConfigOutcome::kUnreadable : IceConfigOutcome::kIncomplete;
  sample.error = error;
  sample.servers = std::move(servers);
  world.picture.Add(sample);
}

void Asks(World& world, const std::vector<std::string>& addresses) {
  ResolvConfSample sample;
  sample.at = world.now;
  int line = 0;
  for (const std::string& address : addresses) {
    sample.resolvers.push_back({*base::IpAddress::Parse(address), "/etc/resolv.conf:" + std::to_string(++line)});
  }
  world.picture.Add(sample);
}

}  // namespace

TEST_SUITE("diagnosis/rules/policy") {
  TEST_CASE("ice-server-forbidden: a server that is not allowed, with where it stands") {
    World world = Watching({{Kind::kAsterisk, kConf}});
    Reads(world, Kind::kAsterisk, kConf,
          {At(kConf, 3, "turn:turn.telnyx.com"), At(kConf, 12, "stun:stun.l.google.com:19302")});
    REQUIRE(world.Ids() == Ids{"ice-server-forbidden:stun.l.google.com:/etc/asterisk/rtp.conf"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.summary ==
          "/etc/asterisk/rtp.conf:12:1 tells dialers to use stun.l.google.com, which is not among the servers allowed: "
          "stun.telnyx.com, turn.telnyx.com and 192.0.2.80");
    REQUIRE(finding.evidence.size() == 1);
    CHECK(finding.evidence[0].vantage == "/etc/asterisk/rtp.conf:12:1");
    CHECK(finding.evidence[0].answer == "stun:stun.l.google.com:19302");
    CHECK(finding.affected.empty());
    CHECK(finding.advice[0] ==
          "take stun.l.google.com out at /etc/asterisk/rtp.conf:12:1, or add it to policy.allowed_stun if it is meant");
  }

  TEST_CASE("ice-server-forbidden: hosts are compared whole, whatever port, transport and letters they have") {
    World world = Watching({{Kind::kUrl, kPage}});
    Reads(world, Kind::kUrl, kPage,
          {At(kPage, 1, "stun:Stun.Telnyx.Com:19302"), At(kPage, 2, "turns:turn.telnyx.com:443"),
           At(kPage, 3, "stun:192.0.2.80"), At(kPage, 4, "stun:x.stun.telnyx.com"), At(kPage, 5, "stun:telnyx.com")});
    CHECK(world.Ids() == Ids{"ice-server-forbidden:telnyx.com:https://phone.example.com/",
                             "ice-server-forbidden:x.stun.telnyx.com:https://phone.example.com/"});
  }

  TEST_CASE("ice-server-forbidden: one finding a host and location, one incident a host") {
    World world = Watching({{Kind::kAsterisk, kConf}, {Kind::kUrl, kPage}});
    Reads(world, Kind::kAsterisk, kConf, {At(kConf, 1, "stun:a.example.com")});
    std::vector<IceServerInFile> many;
    for (std::size_t line = 1; line <= 20; ++line)
      many.push_back(At("https://phone.example.com/app.js", line, "stun:a.example.com"));
    many[1].server.times = 7;
    Reads(world, Kind::kUrl, kPage, many);
    const auto findings = world.Findings();
    REQUIRE(findings.size() == 2);
    CHECK(findings[1].summary.starts_with("https://phone.example.com/app.js:1:1 tells clients to use a.example.com"));
    CHECK(findings[1].evidence.size() == 10);
    CHECK(findings[1].evidence[1].note == "7 times");
    const auto causes = Correlate(findings, world.settings);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "ice-server-forbidden:a.example.com");
  }

  TEST_CASE("ice-server-forbidden: a page with hundreds of hosts makes no hundreds of findings") {
    World world = Watching({{Kind::kUrl, kPage}});
    std::vector<IceServerInFile> many;
    for (std::size_t i = 0; i < 300; ++i) many.push_back(At(kPage, i + 1, fmt::format("stun:s{:03}.example.com", i)));
    Reads(world, Kind::kUrl, kPage, many);
    const auto findings = world.Findings();
    REQUIRE(findings.size() == 21);
    CHECK(findings[19].subject.server == "s019.example.com");
    CHECK(findings[20].id == "ice-server-forbidden:https://phone.example.com/");
    CHECK(findings[20].summary ==
          "https://phone.example.com/ names 280 servers more that are not among the servers allowed");
    CHECK(findings[20].evidence.size() == 10);
  }

  TEST_CASE("ice-server-forbidden: where nothing is named as allowed, all is") {
    World world = Watching({{Kind::kAsterisk, kConf}});
    world.settings.policy.allowed_stun.clear();
    Reads(world, Kind::kAsterisk, kConf, {At(kConf, 1, "stun:a.example.com"), At(kConf, 2, "stun:${host}")});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("ice-server-forbidden: it ends when the server is taken out, or the location") {
    World world = Watching({{Kind::kAsterisk, kConf}});
    Reads(world, Kind::kAsterisk, kConf, {At(kConf, 1, "stun:a.example.com")});
    CHECK(world.Ids().size() == 1);
    world.picture.Retain(world.settings, world.now + 29min);
    CHECK(world.Ids().size() == 1);
    Reads(world, Kind::kAsterisk, kConf, {});
    CHECK(world.Ids().empty());
    Reads(world, Kind::kAsterisk, kConf, {At(kConf, 1, "stun:a.example.com")});
    world.settings.ice_configs.clear();
    world.picture.Retain(world.settings, world.now);
    CHECK(world.Ids().empty());
  }

  TEST_CASE("ice-server-forbidden: queries, which may hold passwords, are not shown") {
    const std::string location = "https://phone.example.com/?pass=secret";
    World world = Watching({{Kind::kUrl, location}});
    Reads(world, Kind::kUrl, location, {At(kPage, 1, "stun:a.example.com")});
    REQUIRE(world.Ids() == Ids{"ice-server-forbidden:a.example.com:https://phone.example.com/"});
    Fails(world, Kind::kUrl, location, "https://phone.example.com/: HTTP 404");
    Fails(world, Kind::kUrl, location, "https://phone.example.com/: HTTP 404");
    REQUIRE_FALSE(world.Ids().empty());
    CHECK(world.Ids().back() == "policy-unreadable:https://phone.example.com/");
  }

  TEST_CASE("policy-unreadable: at the first look at once, else at the second failure, and what was read stands") {
    World world = Watching({{Kind::kUrl, kPage}});
    Fails(world, Kind::kUrl, kPage, "https://phone.example.com/: HTTP 404");
    REQUIRE(world.Ids() == Ids{"policy-unreadable:https://phone.example.com/"});
    CHECK(world.Findings()[0].summary ==
          "the servers that clients are told to use cannot be checked: https://phone.example.com/: HTTP 404");
    CHECK(world.Findings()[0].evidence[0].note == "not read yet");
    CHECK(world.Findings()[0].advice ==
          std::vector<std::string>{
              "open https://phone.example.com/ from this machine; name the new place in the config if it has moved",
              "until then nobody knows which servers it names"});

    Reads(world, Kind::kUrl, kPage, {At(kPage, 1, "stun:a.example.com")});
    const Ids forbidden{"ice-server-forbidden:a.example.com:https://phone.example.com/"};
    REQUIRE(world.Ids() == forbidden);
    world.now += 10min;
    Fails(world, Kind::kUrl, kPage, "https://phone.example.com/: did not come within 10 s");
    REQUIRE(world.Ids() == forbidden);
    CHECK(world.Findings()[0].evidence[0].note == "read at 20:05:00 UTC, and not since");
    world.now += 10min;
    Fails(world, Kind::kUrl, kPage, "https://phone.example.com/: did not come within 10 s");
    REQUIRE(world.Ids() == Ids{forbidden[0], "policy-unreadable:https://phone.example.com/"});
    CHECK(world.Findings()[1].since == kMonday + 10min);
    CHECK(world.Findings()[1].evidence[0].note == "1 server in what was last read, at 20:05:00 UTC");
    CHECK(world.Findings()[1].advice[1] == "until then what it said last is held against the policy");
    Reads(world, Kind::kUrl, kPage, {At(kPage, 1, "stun:stun.telnyx.com")});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("policy-unreadable: what can be read in part counts, at once or when that lasts") {
    World world = Watching({{Kind::kUrl, kPage}});
    Fails(world, Kind::kUrl, kPage, "/app.js: HTTP 404", {At(kPage, 1, "stun:a.example.com")});
    const Ids both{"ice-server-forbidden:a.example.com:https://phone.example.com/",
                   "policy-unreadable:https://phone.example.com/"};
    REQUIRE(world.Ids() == both);
    const Finding finding = world.Findings()[1];
    CHECK(finding.advice[0] == "see to the part that is named; the rest of https://phone.example.com/ can be read");
    CHECK(finding.summary == "the servers that clients are told to use can only in part be checked: /app.js: HTTP 404");
    CHECK(finding.evidence[0].note == "1 server in what could be read at 20:05:00 UTC");
    CHECK(finding.advice[1] == "until then what can be read of it is held against the policy");
    Reads(world, Kind::kUrl, kPage, {At(kPage, 1, "stun:stun.telnyx.com")});
    Fails(world, Kind::kUrl, kPage, "/app.js: HTTP 404", {At(kPage, 1, "stun:a.example.com")});
    CHECK(world.Ids().empty());
    Fails(world, Kind::kUrl, kPage, "/app.js: HTTP 404", {At(kPage, 1, "stun:a.example.com")});
    REQUIRE(world.Ids() == both);
  }

  TEST_CASE("policy-unreadable: what is wrong with a file is said, and where to mend it") {
    World world = Watching({{Kind::kFile, "phones.csv"}});
    Fails(world, Kind::kFile, "phones.csv", "phones.csv: is no UTF-8 text: octet 2 is zero");
    CHECK(world.Findings()[0].advice[0] ==
          "mend that, or correct phones.csv in the config if it is not the place any more");
  }

  TEST_CASE("policy-unreadable: a page that names no server is an info, for Asterisk it is usual") {
    World world = Watching({{Kind::kUrl, kPage}, {Kind::kAsterisk, kConf}});
    Reads(world, Kind::kUrl, kPage, {});
    Reads(world, Kind::kAsterisk, kConf, {});
    REQUIRE(world.Ids() == Ids{"policy-unreadable:https://phone.example.com/"});
    CHECK(world.Findings()[0].severity == Severity::kInfo);
    CHECK(world.Findings()[0].summary ==
          "https://phone.example.com/ names no STUN or TURN server, so nothing is held against the policy");
    world.settings.policy.allowed_stun.clear();
    CHECK(world.Ids().empty());
  }

  TEST_CASE("policy-unreadable: a server that cannot be told from the text is an info") {
    World world = Watching({{Kind::kUrl, kPage}});
    Reads(world, Kind::kUrl, kPage, {At(kPage, 7, "stun:${host}"), At(kPage, 8, "stun:stun.telnyx.com")});
    REQUIRE(world.Ids() == Ids{"policy-unreadable:https://phone.example.com/"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kInfo);
    CHECK(finding.summary ==
          "https://phone.example.com/ names 1 server whose host is not to be told from its text, first at "
          "https://phone.example.com/:7:1");
    CHECK(finding.evidence[0].answer == "stun:${host}");
  }

  TEST_CASE("resolver-forbidden: each resolver of this machine that is not allowed") {
    World world;
    world.settings.policy.allowed_resolvers = {*base::IpAddress::Parse("9.9.9.9"),
                                               *base::IpAddress::Parse("2001:db8::1")};
    Asks(world, {"9.9.9.9", "192.0.2.1", "2001:DB8:0::1", "192.0.2.1"});
    REQUIRE(world.Ids() == Ids{"resolver-forbidden:192.0.2.1"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kWarning);
    CHECK(
        finding.summary ==
        "this machine asks 192.0.2.1 for names (/etc/resolv.conf:2), which is not among the resolvers allowed: 9.9.9.9 "
        "and 2001:db8::1");
    CHECK(finding.evidence.size() == 2);
    world.picture.Retain(world.settings, world.now + 29min);
    CHECK(world.Ids().size() == 1);
    Asks(world, {"9.9.9.9"});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("resolver-forbidden: an empty list allows any, and holds nothing") {
    World world;
    Asks(world, {"192.0.2.1"});
    CHECK(world.Ids().empty());
    world.picture.Retain(world.settings, world.now);
    CHECK(world.picture.policy().own_resolvers == nullptr);
  }

  TEST_CASE("resolver-forbidden: a resolv.conf that cannot be read is told") {
    World world;
    world.settings.policy.allowed_resolvers = {*base::IpAddress::Parse("9.9.9.9")};
    ResolvConfSample sample;
    sample.at = world.now;
    sample.error = "/etc/resolv.conf: there is no such file; check the path";
    world.picture.Add(sample);
    REQUIRE(world.Ids() == Ids{"policy-unreadable:/etc/resolv.conf"});
    CHECK(world.Findings()[0].summary ==
          "whom this machine asks for names is not known: /etc/resolv.conf: there is no such file; check the path");
  }
}

}  // namespace dialwatch::diagnosis
