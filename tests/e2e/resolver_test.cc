#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/e2e/scenario.h"

using namespace dialwatch::e2e;

TEST_SUITE("e2e/resolver") {
  TEST_CASE("one that hangs is down, and the others are asked as punctually as before") {
    Watched watched;
    watched.lab.quad9.Hang();
    CHECK(watched.Finds({"dns-resolver-down:quad9"}));
    const double before = ProbesOf(watched.daemon, "google", "noerror");
    watched.LetRounds(3);
    CHECK(ProbesOf(watched.daemon, "google", "noerror") >= before + 9);
    CHECK(ProbesOf(watched.daemon, "cloudflare") == ProbesOf(watched.daemon, "cloudflare", "noerror"));
    CHECK(ValueOf(watched.daemon, "dialwatch_scheduler_lag_seconds") < 0.2);
    const std::string post = watched.Post(1);
    CHECK(Contains(post, "quad9"));
    CHECK(Contains(post, "WARNING"));
    watched.lab.quad9.Wake();
    CHECK(watched.Finds({}));
    CHECK(Contains(watched.Post(2), "RESOLVED"));
  }

  TEST_CASE("one whose port is closed is down too") {
    Watched watched;
    watched.lab.google.Stop();
    CHECK(watched.Finds({"dns-resolver-down:google"}));
  }

  TEST_CASE("one that says that a dialer does not exist denies it, that dialer only") {
    Watched watched;
    watched.lab.google.Deny("d1.example.com");
    CHECK(watched.Finds({"dns-denied:d1:google"}));
    const Json status = StatusOf(watched.daemon);
    CHECK(status["findings"][0]["affected"] == Json::array({"d1"}));
    CHECK(Contains(watched.Post(1), "NXDOMAIN"));
  }

  TEST_CASE("one that refuses a name fails for that dialer only") {
    Watched watched;
    watched.lab.cloudflare.Refuse("d3.example.com");
    CHECK(watched.Finds({"dns-failing:d3:cloudflare"}));
  }
}
