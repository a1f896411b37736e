#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/stun_liar.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

namespace {

lab::Output Probe(const lab::Lab& lab, const lab::Config& config, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"probe", "-c", WriteConfig(config, lab.folder())});
  return lab::Dialwatch(std::move(arguments), lab.folder());
}

}  // namespace

TEST_SUITE("e2e/stun") {
  TEST_CASE("a server that lies about our address is named, the honest ones are not") {
    const lab::StunLiar liar(lab::kThirdStun, "198.51.100.99");
    lab::Config config;
    config.third_stun = true;
    Watched watched(config);
    CHECK(watched.Finds({"stun-mapping-split:third", "stun-mapping-unexpected:third"}));
    CHECK(ValueOf(watched.daemon, "dialwatch_stun_mapping_matches{server=\"third\"}") == 0);
    CHECK(ValueOf(watched.daemon, "dialwatch_stun_mapping_matches{server=\"telnyx\"}") == 1);
    const std::string post = watched.Post(1);
    CHECK(Contains(post, "198.51.100.99"));
    CHECK(Contains(post, "203.0.113.10"));
    watched.LetRounds(2);
    CHECK(watched.sink.bodies().size() == StatusOf(watched.daemon)["incidents"].size());
  }

  TEST_CASE("a server that is gone is down, the other one is not") {
    Watched watched;
    watched.lab.second_stun.Stop();
    CHECK(watched.Finds({"stun-down:second"}));
  }

  TEST_CASE("a poisoned STUN name: who leads to the liar is the cause, and probe shows the way there") {
    lab::Lab lab;
    const lab::StunLiar liar(lab::kThirdStun, "198.51.100.99");
    lab.Poison(lab.google, "stun.example.com", lab::kThirdStun);
    const auto text = Probe(lab, {}, {"second"});
    CAPTURE(text.out);
    CHECK(text.exit == 1);
    CHECK(Contains(text.out, "CRITICAL stun-address-split: resolver google resolves"));
    CHECK(Contains(text.out, "first: flush the affected names at https://dns.google/cache"));
    const Json report = Json::parse(Probe(lab, {}, {"stun:stun.example.com:3478", "--json"}).out);
    CHECK(report["server"] == "second");
    REQUIRE(report["stun"].size() == 3);
    CHECK(report["stun"][0]["resolvers"] == Json{"cloudflare", "quad9"});
    CHECK(report["stun"][0]["verdict"] == "ok");
    CHECK(report["stun"][1]["resolvers"] == Json{"google"});
    CHECK(report["stun"][1]["verdict"] == "wrong");
    CHECK(FindingIds(report) ==
          Strings{"stun-address-split:google:second", "stun-mapping-split:second", "stun-mapping-unexpected:second"});
  }

  TEST_CASE("a server that is not configured is probed by its URI, beside those that are") {
    const lab::Lab lab;
    const lab::StunLiar liar(lab::kThirdStun, "198.51.100.99");
    const auto text = Probe(lab, {}, {"stun:192.0.2.82"});
    CAPTURE(text.out);
    CHECK(text.exit == 1);
    CHECK(Contains(text.out, "192.0.2.82 (192.0.2.82:3478)  wrong"));
    CHECK(Contains(text.out, "CRITICAL stun-mapping-split: STUN server 192.0.2.82 tells callers a wrong address"));
    const auto honest = Probe(lab, {}, {"stun:192.0.2.80"});
    CHECK(honest.exit == 0);
    CHECK(Contains(honest.out, "192.0.2.80 sees us at 203.0.113.10, and so do second and telnyx."));
  }

  TEST_CASE("a URI that cannot be read is told, and asks nobody") {
    const lab::Lab lab;
    const auto text = Probe(lab, {}, {"stun:stun.example.com:99999"});
    CHECK(text.exit == 2);
    CHECK(Contains(text.err, "stun:stun.example.com:99999"));
  }
}
