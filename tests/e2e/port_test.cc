#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "tests/e2e/talking.h"
#include "tests/lab/addresses.h"
#include "tests/lab/netns.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

// A port of a dialer's RTP range, where no reflector stands.
namespace {

using namespace std::chrono_literals;

constexpr auto kTurns = 40s;

lab::Config KnockingAtD1() {
  lab::AddAddress(kD1, lab::kOffice);
  lab::Config config;
  config.dialers = {"d1"};
  config.dialer_keys = "rtp_port = 10000";
  config.more = "[media]\ninterval = \"5s\"\npackets = 10\nspacing = \"10ms\"\n";
  return config;
}

double Count(const Watched& watched, const char* outcome) {
  return ValueOf(watched.daemon,
                 fmt::format("dialwatch_probes_total{{kind=\"port\",via=\"d1\",result=\"{}\"}}", outcome));
}

double Info(const Watched& watched, const char* via, const char* outcome) {
  return ValueOf(watched.daemon,
                 fmt::format("dialwatch_rtp_port_info{{dialer=\"d1\",via=\"{}\",outcome=\"{}\"}}", via, outcome));
}

}  // namespace

TEST_SUITE("e2e/port") {
  TEST_CASE("a port behind a firewall that drops is silent, which stays unknown and is no finding") {
    if (lab::Missing("nft")) return;
    const Wall wall(fmt::format("ip daddr {} udp dport 10000 drop", kD1));
    const Watched watched(KnockingAtD1());
    CHECK(WaitUntil(kTurns, [&] { return Count(watched, "silent") >= 4; }));
    CHECK(watched.findings().empty());
    CHECK(Info(watched, "google", "silent") == 1);
    const auto output =
        lab::Dialwatch({"probe", "d1", "-c", watched.lab.folder() / "dialwatch.toml"}, watched.lab.folder());
    CHECK(output.exit == 0);
    CHECK(Contains(output.out, "198.51.100.11:10000  silent"));
    CHECK(Contains(output.out, "not known: silence is no sign"));
  }

  TEST_CASE("an idle port is refused, and so shows whose address a lying resolver gives: that of a host that is up") {
    lab::AddAddress(lab::kWrong, lab::kOffice);
    Watched watched(KnockingAtD1());
    CHECK(WaitUntil(kTurns, [&] { return Info(watched, "google", "refused") == 1; }));
    CHECK(Info(watched, "authority", "refused") == 1);
    CHECK(watched.findings().empty());
    watched.lab.Poison(watched.lab.google, "d1.example.com");
    CHECK(WaitUntil(kTurns, [&] {
      const Json status = StatusOf(watched.daemon);
      return std::ranges::any_of(status["findings"], [](const Json& finding) {
        return finding["id"] == "dns-bogus:d1:google" &&
               Contains(finding["evidence"].back()["vantage"], "rtp.port 203.0.113.66:10000 (google)") &&
               Contains(finding["evidence"].back()["note"], "refused: the host is up");
      });
    }));
  }
}
