#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/dns_query.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

TEST_SUITE("e2e/authority") {
  TEST_CASE("a TTL of a day breaks the policy before it does harm") {
    lab::Lab lab;
    auto zone = lab::ExampleZone::Good();
    zone.hosts["d1"].ttl = 86400;
    lab.Publish(zone);
    const auto output = lab::Dialwatch({"check", "d1.example.com", "d2.example.com", "--format", "json"}, lab.folder());
    CHECK(output.exit == 1);
    const Json report = Json::parse(output.out);
    CHECK(FindingIds(report) == Strings{"ttl-policy:d1.example.com:example.com"});
    CHECK(report["findings"][0]["severity"] == "warning");
    CHECK(report["findings"][0]["affected"] == Json::array({"d1.example.com"}));
    CHECK(Contains(report["findings"][0]["summary"], "300") == false);
    CHECK(lab::Dialwatch({"check", "d1.example.com", "--fail-on", "critical"}, lab.folder()).exit == 0);
  }

  TEST_CASE("a planned change of an address is seen and wakes nobody") {
    Watched watched;
    REQUIRE(lab::Ask(lab::kGoogle, "d1.example.com"));
    auto zone = lab::ExampleZone::Good();
    zone.hosts["d1"].address = "198.51.100.111";
    watched.lab.Publish(zone);
    CHECK(watched.Finds({"dns-propagating:d1:cloudflare", "dns-propagating:d1:google", "dns-propagating:d1:quad9"}));
    watched.LetRounds(3);
    CHECK(watched.findings().size() == 3);
    CHECK(StatusOf(watched.daemon)["incidents"].empty());
    CHECK(watched.sink.bodies().empty());
    for (const auto* resolver : {&watched.lab.quad9, &watched.lab.cloudflare, &watched.lab.google}) {
      resolver->Flush("d1.example.com");
    }
    CHECK(watched.Finds({}));
    CHECK(watched.sink.bodies().empty());
  }

  TEST_CASE("an authority that does not give what is expected is told, and a caching resolver is not blamed") {
    lab::Config config;
    config.dialers = {"d1"};
    config.dialer_keys = "expect = [\"198.51.100.11\"]";
    Watched watched(config);
    auto zone = lab::ExampleZone::Good();
    zone.hosts["d1"].address = lab::kWrong;
    watched.lab.Publish(zone);
    CHECK(watched.Finds({"dns-unexpected:d1:example.com"}));
    CHECK(Contains(watched.Post(1), "203.0.113.66"));
  }

  TEST_CASE("an authority that is gone is told while the caches hide it, and blamed alone when they no longer do") {
    Watched watched;
    watched.lab.authority.Stop();
    CHECK(watched.Finds({"dns-authority-down:example.com"}));
    for (const auto* resolver : {&watched.lab.quad9, &watched.lab.cloudflare, &watched.lab.google}) {
      for (const char* host : {"d1.example.com", "d2.example.com", "d3.example.com"}) resolver->Flush(host);
    }
    watched.LetRounds(5);
    const Json incidents = StatusOf(watched.daemon)["incidents"];
    REQUIRE(incidents.size() == 1);  // that resolvers fail for its names now is a symptom
    CHECK(incidents[0]["cause"] == "dns-authority-down");
    CHECK(incidents[0]["findings"] == Json::array({"dns-authority-down:example.com"}));
    for (const Json& symptom : incidents[0]["symptoms"]) CHECK(Contains(symptom, "dns-failing:"));
    watched.lab.authority.Start();
    watched.lab.authority.WaitReady();
    CHECK(watched.Finds({}));
  }
}
