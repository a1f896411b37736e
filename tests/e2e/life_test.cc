#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/e2e/scenario.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

namespace {

lab::Config WithState(const lab::TemporaryFolder& folder) {
  lab::Config config;
  config.state = folder.path() / "dialwatch.db";
  return config;
}

}  // namespace

TEST_SUITE("e2e/life") {
  TEST_CASE("SIGTERM ends it at once, cleanly") {
    Watched watched;
    watched.lab.quad9.Hang();  // there is always a probe that waits
    watched.LetRounds(1);
    watched.daemon.process().Signal(SIGTERM);
    CHECK(watched.daemon.process().Wait(std::chrono::seconds(2)) == 0);
  }

  TEST_CASE("restarts in the middle of an incident tell it no second time, and its end when it comes") {
    const lab::TemporaryFolder state;
    Watched watched(WithState(state));
    watched.lab.Poison(watched.lab.cloudflare, "d2.example.com");
    REQUIRE(Contains(watched.Post(1), "CRITICAL"));
    const std::string incident = StatusOf(watched.daemon)["incidents"][0]["id"];
    watched.LetRounds(1);
    for (const int signal : {SIGTERM, SIGKILL}) {
      CAPTURE(signal);
      watched.daemon.process().Signal(signal);
      REQUIRE(watched.daemon.process().Wait(std::chrono::seconds(5)));
      watched.daemon = lab::Daemon(watched.lab.folder());
      watched.daemon.WaitReady();
      REQUIRE(WaitUntil(kSoon, [&] { return !watched.findings().empty(); }));
      watched.LetRounds(2);
      CHECK(StatusOf(watched.daemon)["incidents"][0]["id"] == incident);
      CHECK(watched.sink.bodies().size() == 1);
    }
    watched.lab.cloudflare.Flush("d2.example.com");
    CHECK(Contains(watched.Post(2), "RESOLVED"));
    watched.LetRounds(2);
    CHECK(watched.sink.bodies().size() == 2);
  }

  TEST_CASE("what healed while it was down is told after the restart") {
    const lab::TemporaryFolder state;
    Watched watched(WithState(state));
    watched.lab.Poison(watched.lab.cloudflare, "d2.example.com");
    REQUIRE(Contains(watched.Post(1), "CRITICAL"));
    watched.LetRounds(1);
    REQUIRE(watched.daemon.process().End() == 0);
    watched.lab.cloudflare.Flush("d2.example.com");
    watched.daemon = lab::Daemon(watched.lab.folder());
    watched.daemon.WaitReady();
    CHECK(Contains(watched.Post(2), "RESOLVED"));
  }

  TEST_CASE("SIGHUP with a broken config keeps the old settings and says so; with a good one it swaps them") {
    Watched watched;
    CHECK(ValueOf(watched.daemon, "dialwatch_config_last_reload_successful") == 1);
    lab::WriteFile(watched.lab.folder() / "dialwatch.toml", "[probing]\nintervall = \"1s\"\n");
    watched.daemon.process().Signal(SIGHUP);
    CHECK(WaitUntil(kSoon, [&] { return ValueOf(watched.daemon, "dialwatch_config_last_reload_successful") == 0; }));
    CHECK(Contains(watched.daemon.Log(), "did you mean"));
    watched.LetRounds(2);
    CHECK(StatusOf(watched.daemon)["targets"].size() == 3);

    lab::Config config;
    config.dialers = {"d1", "d4"};
    WriteConfig(config, watched.lab.folder());
    watched.daemon.process().Signal(SIGHUP);
    CHECK(WaitUntil(kSoon, [&] { return StatusOf(watched.daemon)["targets"].size() == 2; }));
    CHECK(ValueOf(watched.daemon, "dialwatch_config_last_reload_successful") == 1);
    CHECK(WaitUntil(kSoon, [&] {
      return ValueOf(watched.daemon, "dialwatch_dns_answer_matches{dialer=\"d4\",via=\"google\"}") == 1;
    }));
    CHECK(watched.daemon.Metrics("dialwatch_dns_answer_matches{dialer=\"d2\"").empty());
    CHECK(watched.findings().empty());
  }

  TEST_CASE("a config without a dialer ends it for good, a port that is taken may pass; each says the reason") {
    const lab::Lab lab;
    lab::WriteFile(lab.folder() / "dialwatch.toml", "[probing]\ninterval = \"1s\"\ntimeout = \"400ms\"\n");
    const auto nothing = lab::Dialwatch({"run", "-c", lab.folder() / "dialwatch.toml"}, lab.folder());
    CHECK(nothing.exit == 2);
    CHECK(Contains(nothing.err, "[[dialer]]"));
    const auto config = lab::WriteConfig({}, lab.folder());
    lab::Daemon first(lab.folder());
    first.WaitReady();
    const auto second = lab::Dialwatch({"run", "-c", config}, lab.folder());
    CHECK(second.exit == 3);
    CHECK(Contains(second.err, "10355"));
  }
}
