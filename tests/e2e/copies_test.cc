#include "tests/lab/copies.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <regex>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/bind.h"
#include "tests/lab/dns_query.h"
#include "tests/lab/power_dns.h"
#include "tests/lab/zone_key.h"

// What caches hold, and how each make of resolver shows it.
using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;
using namespace std::chrono_literals;

namespace {

// d1 through Google, Quad9 and one more resolver, the one under test.
lab::Config With(const std::string& name, const char* address) {
  lab::Config config;
  config.dialers = {"d1"};
  const auto add = [&](const std::string& resolver, const char* at) {
    config.more += fmt::format("[[resolver]]\nname = \"{}\"\naddresses = [\"{}\"]\n", resolver, at);
  };
  add("quad9", lab::kQuad9);
  add("google", lab::kGoogle);
  add(name, address);
  return config;
}

// A daemon over a lab that is as the test has made it. Ready when constructed.
struct Watch {
  Watch(const lab::Lab& lab, const lab::Config& config) : daemon(lab::WriteConfig(config, lab.folder()).parent_path()) {
    daemon.WaitReady();
  }

  // The finding with this ID, once it is there and says all this: a severity that is not confirmed yet may rise.
  Json Find(const std::string& id, const Strings& says, std::chrono::seconds limit = kSoon) {
    Json found;
    const bool there = WaitUntil(limit, [&] {
      const Json status = StatusOf(daemon);
      for (const Json& finding : status["findings"]) {
        if (finding["id"] == id) found = finding;
      }
      const std::string text = found.dump();
      return std::all_of(says.begin(), says.end(), [&](const std::string& part) { return Contains(text, part); });
    });
    CAPTURE(found.dump(1));
    CAPTURE(fmt::format("{}", fmt::join(FindingIds(StatusOf(daemon)), " ")));
    REQUIRE_MESSAGE(there, id);
    return found;
  }

  bool IsWellAgain() const {
    return WaitUntil(kSoon, [&] { return StatusOf(daemon)["findings"].empty(); });
  }

  lab::Daemon daemon;
};

std::string Summary(const Json& finding) {
  return finding["summary"];
}

// What the resolver's own line of evidence says: "203.0.113.66 NOERROR stale, site powerdns", without its times.
std::string Evidence(const Json& finding, const std::string& vantage) {
  for (const Json& row : finding["evidence"]) {
    if (row["vantage"] != vantage) continue;
    const std::string note = std::regex_replace(row["note"].get<std::string>(), std::regex(", (until|seen) [^,]*"), "");
    return fmt::format("{} {} {}", row.value("answer", "-"), row["rcode"].get<std::string>(), note);
  }
  return "";
}

}  // namespace

TEST_SUITE("e2e/copies") {
  TEST_CASE("one wrong copy of three behind an address is found, with its share and its end") {
    constexpr auto kUnlucky = 30s;  // the kernel throws a die a second until the wrong cache is asked: (2/3)^30
    lab::Lab lab;
    lab::Copies copies(lab.folder() / "copies", {"anycast", {lab::kAnycast}}, 3);
    copies.WaitReady();
    lab.Poison(copies[1], "d1.example.com");
    Watch watch(lab, With("anycast", lab::kAnycast));
    watch.Find("dns-bogus:d1:anycast", {"critical"}, kUnlucky);
    const Json finding = watch.Find("dns-bogus:d1:anycast", {"answers are wrong"}, kUnlucky);
    const std::regex sentence(
        "anycast gives 203\\.0\\.113\\.66 for d1\\.example\\.com, which neither the authority "
        "\\(198\\.51\\.100\\.11\\) "
        "nor history knows; [0-9]+ of [0-9]+ answers are wrong \\([0-9]+–[0-9]+ %\\), from at least 1 copy; "
        "its copy lives 23h 59m more");
    CHECK_MESSAGE(std::regex_match(Summary(finding), sentence), Summary(finding));
    CHECK(Evidence(finding, "anycast (192.0.2.103)") == "203.0.113.66 NOERROR bogus, site anycast-2");
    CHECK(SecondsUntil(finding["eta"]) > 86400 - 60);
    CHECK(SecondsUntil(finding["eta"]) <= 86400);
  }

  TEST_CASE("what powerdns holds of the authority's outage is stale, once the authority is right again") {
    if (lab::Missing("pdns_recursor")) return;
    lab::Lab lab;
    const lab::PowerDns powerdns(lab.folder() / "powerdns", lab::kPowerDns);
    powerdns.WaitReady();
    lab::Config config = With("powerdns", lab::kPowerDns);
    config.dialer_keys = "expect = [\"198.51.100.11\"]";
    Watch watch(lab, config);
    auto zone = lab::ExampleZone::Good();
    zone.hosts["d1"] = {lab::kWrong, 86400};
    lab.Publish(zone);
    watch.Find("dns-unexpected:d1:example.com", {"critical"});
    powerdns.Flush("d1.example.com");
    REQUIRE(lab::Ask(lab::kPowerDns, "d1.example.com")->ttl == 86400);
    lab.Publish(lab::ExampleZone::Good());
    const Json finding = watch.Find("dns-stale:d1:powerdns", {"critical"});
    CHECK(Contains(Summary(finding),
                   "powerdns still gives 203.0.113.66 for d1.example.com, which the authority gave until "));
    CHECK(Contains(Summary(finding), "Z with a TTL of 1d; right is 198.51.100.11; its copy lives 23h 59m more"));
    CHECK(Evidence(finding, "powerdns (192.0.2.102)") == "203.0.113.66 NOERROR stale, site powerdns");
    powerdns.Flush("d1.example.com");  // its cache of packets too
    CHECK(watch.IsWellAgain());
  }

  TEST_CASE("bind that serves what has run out says so, and the authority is to blame") {
    if (lab::Missing("named")) return;
    lab::Lab lab;
    const lab::Bind bind(lab.folder() / "bind", lab::kBind,
                         "stale-answer-enable yes; stale-cache-enable yes; stale-answer-client-timeout 0; "
                         "max-cache-ttl 2;");
    bind.WaitReady();
    Watch watch(lab, With("bind", lab::kBind));
    REQUIRE(lab::Ask(lab::kBind, "d1.example.com"));
    lab.authority.Stop();
    const Json finding = watch.Find("dns-served-stale:d1:bind", {"warning"});
    CHECK(Summary(finding) ==
          "bind serves 198.51.100.11 for d1.example.com from a copy that has run out (EDE 3 Stale Answer (stale data "
          "prioritized over lookup)); it is still right");
    CHECK(Evidence(finding, "bind (192.0.2.101)") ==
          "198.51.100.11 NOERROR ok, EDE 3 Stale Answer (stale data prioritized over lookup), site bind");
    watch.Find("dns-authority-down:example.com", {"critical", "(192.0.2.53 and 192.0.2.54) gives an answer since"});
  }

  // unbound would not do: it takes the SOA of an old denial from the newest reply that held one
  TEST_CASE("a denial from before the name was there tells the zone's version that it came from") {
    if (lab::Missing("named")) return;
    lab::Lab lab;
    const lab::Bind bind(lab.folder() / "bind", lab::kBind);
    bind.WaitReady();
    auto without = lab::ExampleZone::Good();
    without.hosts.erase("d1");
    without.negative_ttl = 300;
    lab.Publish(without);  // serial 2
    REQUIRE(WaitUntil(kSoon, [] {
      const auto reply = lab::Ask(lab::kBind, "d1.example.com");
      return reply && reply->rcode == 3;
    }));
    lab.Publish(lab::ExampleZone::Good());  // serial 3
    Watch watch(lab, With("bind", lab::kBind));
    const Json finding = watch.Find("dns-denied:d1:bind", {"critical", "which is at 3 now"});
    CHECK(Contains(Summary(finding),
                   "bind says that d1.example.com does not exist (NXDOMAIN), by version 2 of example.com, which is at "
                   "3 now, while the authority gives 198.51.100.11; its copy lives 4m "));
    CHECK(Evidence(finding, "bind (192.0.2.101)") == "- NXDOMAIN denied, site bind");
    CHECK(SecondsUntil(finding["eta"]) > 300 - 60);
    CHECK(SecondsUntil(finding["eta"]) <= 300);
  }

  TEST_CASE("a name on a blocklist is filtered, whatever the way in which the resolver blocks it") {
    lab::Lab lab;
    const auto list = lab.folder() / "list";
    lab::WriteFile(list,
                   "$ORIGIN rpz.example.\n@ 300 IN SOA a. b. 1 3600 600 1209600 60\n@ 300 IN NS a.\n"
                   "d1.example.com 300 IN CNAME .\n");
    const auto finds = [&](const std::string& name, const std::string& how, const std::string& evidence) {
      Watch watch(lab, With(name, lab::kAnycast));
      const Json finding = watch.Find("dns-filtered:d1:" + name, {"critical"});
      CHECK(Summary(finding) ==
            fmt::format("{} blocks d1.example.com ({}), while the authority gives 198.51.100.11", name, how));
      CHECK(Evidence(finding, name + " (192.0.2.103)") == evidence);
      CHECK_FALSE(finding.contains("eta"));  // blocklists lift when somebody asks for it
    };
    {
      const lab::Unbound sinkhole(lab.folder() / "sinkhole", {"sinkhole", {lab::kAnycast}});
      sinkhole.WaitReady();
      sinkhole.Command("local_zone d1.example.com always_null");
      finds("sinkhole", "0.0.0.0", "0.0.0.0 NOERROR filtered, site sinkhole");
    }
    {
      lab::Unbound::Options options{"like-quad9", {lab::kAnycast}};
      options.server = "  module-config: \"respip iterator\"\n";
      options.clauses =
          fmt::format("rpz:\n  name: rpz.example\n  zonefile: \"{}\"\n  rpz-signal-nxdomain-ra: yes\n", list.string());
      const lab::Unbound resolver(lab.folder() / "like-quad9", options);
      resolver.WaitReady();
      finds("like-quad9", "NXDOMAIN", "- NXDOMAIN filtered, site like-quad9");
    }
    if (lab::Missing("pdns_recursor")) return;
    lab::WriteFile(
        lab.folder() / "rpz.lua",
        fmt::format("rpzFile(\"{}\", {{extendedErrorCode=15, extendedErrorExtra=\"malware\"}})\n", list.string()));
    const lab::PowerDns powerdns(lab.folder() / "powerdns", lab::kAnycast,
                                 "lua-config-file=" + (lab.folder() / "rpz.lua").string());
    powerdns.WaitReady();
    finds("powerdns", "NXDOMAIN; EDE 15 Blocked (malware)",
          "- NXDOMAIN filtered, EDE 15 Blocked (malware), site powerdns");
  }

  TEST_CASE("signatures that have ended make a validating resolver refuse the name") {
    if (lab::Missing("ldns-signzone")) return;
    lab::Lab lab;
    const lab::ZoneKey key(lab.folder() / "keys", "example.com");
    lab.authority.Load("example.com", key.Sign(lab::ExampleZone::Good().Render(2), -48h, -1h), 2);
    lab::Unbound::Options options{"valid", {lab::kAnycast}};
    options.trust_anchor = key.trust_anchor();
    const lab::Unbound validating(lab.folder() / "valid", options);
    validating.WaitReady();
    Watch watch(lab, With("valid", lab::kAnycast));
    const Json finding = watch.Find("dns-dnssec:d1:valid", {"critical", "CD=1"});
    CHECK(std::regex_match(
        Summary(finding),
        std::regex("valid refuses d1\\.example\\.com as DNSSEC does not validate \\(SERVFAIL; EDE [67] [^;]*; "
                   "unchecked \\(CD=1\\) it gives 198\\.51\\.100\\.11\\)")));
    CHECK(Evidence(finding, "valid (192.0.2.103)").starts_with("- SERVFAIL dnssec, EDE "));
  }
}
