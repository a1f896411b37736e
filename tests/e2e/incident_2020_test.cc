#include <doctest/doctest.h>

#include <algorithm>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/dns_query.h"

// 31 August 2020: one public resolver held a wrong copy of some dialers' names for a day, and nobody asked it.
using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

namespace {

const Strings kD2AtCloudflare{"dns-bogus:d2:cloudflare", "ttl-impossible:d2:cloudflare"};

}  // namespace

TEST_SUITE("e2e/incident_2020") {
  TEST_CASE(
      "the wrong copy is told within two intervals, with its resolver, its dialer and its end; then its healing") {
    Watched watched;
    watched.lab.Poison(watched.lab.cloudflare, "d2.example.com");
    REQUIRE(WaitUntil(2 * lab::Config::kInterval, [&] { return !watched.sink.bodies().empty(); }));

    const std::string post = watched.Post(1);
    for (const char* part :
         {"CRITICAL", "cloudflare", "d2", "203.0.113.66", "198.51.100.12", "office-east", "23h 59m"}) {
      CAPTURE(part);
      CHECK(Contains(post, part));
    }
    CHECK(watched.Finds(kD2AtCloudflare));
    const Json status = StatusOf(watched.daemon);
    const Json& finding = status["findings"][0];
    CHECK(finding["rule"] == "dns-bogus");
    CHECK(finding["severity"] == "critical");
    CHECK(finding["affected"] == Json::array({"d2"}));
    CHECK(SecondsUntil(finding["eta"]) > 86400 - 60);
    CHECK(SecondsUntil(finding["eta"]) <= 86400);
    CHECK(status["incidents"].size() == 1);
    CHECK(status["incidents"][0]["state"] == "firing");
    CHECK(status["incidents"][0]["cause"] == "dns-bogus");
    CHECK(ValueOf(watched.daemon, "dialwatch_incidents{cause=\"dns-bogus\"}") == 1);
    CHECK(ValueOf(watched.daemon, "dialwatch_dns_answer_matches{dialer=\"d2\",via=\"cloudflare\"}") == 0);
    CHECK(ValueOf(watched.daemon, "dialwatch_dns_answer_matches{dialer=\"d2\",via=\"google\"}") == 1);
    CHECK(ValueOf(watched.daemon, "dialwatch_dns_copy_expires_seconds{dialer=\"d2\",resolver=\"cloudflare\"}") > 86000);

    watched.LetRounds(3);
    CHECK(watched.sink.bodies().size() == 1);

    watched.lab.cloudflare.Flush("d2.example.com");
    const std::string resolved = watched.Post(2);
    for (const char* part : {"RESOLVED", "cloudflare", "d2"}) {
      CAPTURE(part);
      CHECK(Contains(resolved, part));
    }
    CHECK(watched.findings().empty());
    watched.LetRounds(2);
    CHECK(watched.sink.bodies().size() == 2);
  }

  TEST_CASE("several dialers at one resolver are one incident and one post") {
    Watched watched;
    watched.lab.Poison(watched.lab.google, "d1.example.com");
    watched.lab.Poison(watched.lab.google, "d3.example.com");
    CHECK(watched.Finds(
        {"dns-bogus:d1:google", "dns-bogus:d3:google", "ttl-impossible:d1:google", "ttl-impossible:d3:google"}));
    watched.LetRounds(2);
    const Json status = StatusOf(watched.daemon);
    CHECK(status["incidents"].size() == 1);
    CHECK(status["incidents"][0]["affected"] == Json::array({"d1", "d3"}));
    const double heals = SecondsUntil(status["incidents"][0]["eta"]);
    CHECK(heals > 21600 - 60);  // what this operator's cache holds at most, whatever the TTL said
    CHECK(heals <= 21600);
  }

  TEST_CASE("a daemon that starts after the outage finds the wrong copy all the same") {
    lab::Lab lab;
    lab.Poison(lab.cloudflare, "d2.example.com");
    lab::WriteConfig({}, lab.folder());
    lab::Daemon daemon(lab.folder());
    daemon.WaitReady();
    CHECK(WaitUntil(kSoon, [&] { return FindingIds(StatusOf(daemon)) == kD2AtCloudflare; }));
  }

  TEST_CASE("what is left of the authority's own outage is told, though the authority is right again") {
    lab::Config config;
    config.dialers = {"d2"};
    config.dialer_keys = "expect = [\"198.51.100.12\"]";
    Watched watched(config);
    auto zone = lab::ExampleZone::Good();
    zone.hosts["d2"] = {lab::kWrong, 86400};
    watched.lab.Publish(zone);
    watched.lab.cloudflare.Flush("d2.example.com");
    REQUIRE(lab::Ask(lab::kCloudflare, "d2.example.com")->ttl == 86400);
    REQUIRE(WaitUntil(kSoon, [&] { return Contains(watched.daemon.Metrics(), "rule=\"dns-unexpected\""); }));
    CHECK(Contains(watched.Post(1), "the authority of example.com gives 203.0.113.66"));
    watched.lab.Publish(lab::ExampleZone::Good());
    // its TTL was above the policy's limit, which the copy will outlive: no mere propagation
    CHECK(watched.Finds({"dns-stale:d2:cloudflare", "ttl-lingering:d2:cloudflare"}));
    CHECK(WaitUntil(kSoon, [&] {
      const auto posts = watched.sink.bodies();
      return std::any_of(posts.begin(), posts.end(),
                         [](const auto& post) { return Contains(post, "cloudflare still gives 203.0.113.66"); });
    }));
  }
}
