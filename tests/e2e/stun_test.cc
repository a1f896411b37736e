#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/stun_liar.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

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
}
