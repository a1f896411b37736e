#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/e2e/scenario.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

TEST_SUITE("e2e/healthy") {
  TEST_CASE("several rounds of a healthy network give no finding, no metric of one and no post") {
    lab::Config config;
    config.dialers = {"d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "d10"};
    config.dialer_keys = "types = [\"A\"]";
    const Watched watched(config);
    for (int round = 0; round < 5; ++round) {
      watched.LetRounds(1);
      CHECK(watched.findings().empty());
    }
    CHECK(watched.daemon.Metrics("dialwatch_finding{").empty());
    CHECK(watched.sink.bodies().empty());
    CHECK(StatusOf(watched.daemon)["incidents"].empty());
    for (const char* resolver : {"quad9", "cloudflare", "google"}) {
      CAPTURE(resolver);
      CHECK(ProbesOf(watched.daemon, resolver, "noerror") >= 50);
      CHECK(ProbesOf(watched.daemon, resolver) == ProbesOf(watched.daemon, resolver, "noerror"));
    }
    const auto matches = watched.daemon.Metrics("dialwatch_dns_answer_matches{");
    CHECK(matches.size() == 50);  // 10 dialers, 3 resolvers and 2 authoritative servers
    for (const std::string& line : matches) CHECK(line.ends_with(" 1"));
    const auto mappings = watched.daemon.Metrics("dialwatch_stun_mapping_matches{");
    CHECK(mappings.size() == 2);
    for (const std::string& line : mappings) CHECK(line.ends_with(" 1"));
    CHECK(ValueOf(watched.daemon, "dialwatch_samples_dropped_total") == 0);
  }

  TEST_CASE("the addresses that the config expects are fine too") {
    lab::Config config;
    config.dialers = {"d1"};
    config.dialer_keys = "expect = [\"198.51.100.11\"]";
    const Watched watched(config);
    watched.LetRounds(2);
    CHECK(watched.findings().empty());
  }
}
