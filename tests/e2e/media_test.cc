#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/json.h"
#include "tests/e2e/talking.h"
#include "tests/lab/addresses.h"
#include "tests/lab/netns.h"
#include "tests/lab/nft.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

// Whether audio really flows, to the address that each resolver hands out.
TEST_SUITE("e2e/media") {
  TEST_CASE("two dialers whose audio flows: measured, shown, and nothing found") {
    const Talking talking;
    CHECK(talking.Ends("d1", "ok", kD1));
    CHECK(talking.Ends("d2", "ok", kD2));
    const Json train = talking.Train("d1", kD1);
    CHECK(train["echoed_by"] == "d1");
    CHECK(train["authority"] == true);
    CHECK(train["resolvers"] == Json::array({"cloudflare", "google", "quad9"}));
    CHECK(train["up"]["lost"] == 0);
    CHECK(train["mos"] > 4.0);
    CHECK(talking.watched.findings().empty());
    const auto& daemon = talking.watched.daemon;
    for (const char* via : {"authority", "google"}) {
      CHECK(ValueOf(daemon,
                    fmt::format("dialwatch_rtp_loss_ratio{{dialer=\"d1\",via=\"{}\",direction=\"up\"}}", via)) == 0);
      CHECK(ValueOf(daemon, fmt::format("dialwatch_rtp_mos{{dialer=\"d1\",via=\"{}\"}}", via)) > 4);
    }
  }

  TEST_CASE("a lying resolver is named, with what is at its address, in the sentence that leads the one incident") {
    Talking talking;
    talking.watched.lab.Poison(talking.watched.lab.cloudflare, "d1.example.com", kD2);
    CHECK(talking.Has("media-misdirected:d1:cloudflare"));
    const Json status = StatusOf(talking.watched.daemon);
    REQUIRE(status["incidents"].size() == 1);
    const Json& incident = status["incidents"][0];
    CHECK(incident["cause"] == "dns-bogus");
    const std::string summary = incident["summary"];
    CAPTURE(summary);
    CHECK(summary.starts_with(
        "cloudflare sends callers of d1 to 198.51.100.12, where d2 echoes their audio, while it does at 198.51.100.11 "
        "(the authority, google and quad9)"));
    CHECK(Contains(summary, "; cloudflare gives 198.51.100.12 for d1.example.com, which neither the authority"));
    CHECK(ValueOf(talking.watched.daemon,
                  "dialwatch_rtp_mos{dialer=\"d1\",via=\"cloudflare\"}") > 4);  // audio flows, to the wrong one
    talking.watched.lab.cloudflare.Flush("d1.example.com");
    CHECK(talking.IsWell());
  }

  TEST_CASE("it is named within a minute at the default interval, too, since a new address has its turn at once") {
    Talking talking("60s");
    CHECK(talking.Ends("d1", "ok", kD1));
    talking.watched.lab.Poison(talking.watched.lab.google, "d1.example.com", kD2);
    CHECK(talking.Has("media-misdirected:d1:google"));  // kTurns is less than the interval
  }

  TEST_CASE("so is one whose address is silent") {
    if (lab::Missing("nft")) return;
    lab::AddAddress(lab::kWrong, lab::kOffice);
    const Wall wall(fmt::format("ip daddr {} udp dport 9000 drop", lab::kWrong));
    Talking talking;
    talking.watched.lab.Poison(talking.watched.lab.google, "d1.example.com");
    CHECK(talking.Has("media-misdirected:d1:google"));
    CHECK(talking.Ends("d1", "blackhole", lab::kWrong));
    CHECK(talking.Ends("d1", "ok", kD1));
    CHECK(ValueOf(talking.watched.daemon,
                  "dialwatch_rtp_loss_ratio{dialer=\"d1\",via=\"google\",direction=\"down\"}") == 1);
    CHECK(ValueOf(talking.watched.daemon, "dialwatch_rtp_loss_ratio{dialer=\"d1\",via=\"quad9\",direction=\"down\"}") ==
          0);
    const auto output = lab::Dialwatch({"probe", "d1", "-c", talking.watched.lab.folder() / "dialwatch.toml"},
                                       talking.watched.lab.folder());
    CHECK(output.exit == 1);
    CHECK(Contains(output.out, "LOSS THERE"));
    CHECK(Contains(output.out, "203.0.113.66:9000"));
    CHECK(Contains(output.out, "blackhole"));
    CHECK(Contains(output.out, "google sends callers of d1 to 203.0.113.66, where nothing echoes their audio"));
  }

  TEST_CASE("a firewall that closes one way is one way, and one that closes all makes a dialer unreachable") {
    if (lab::Missing("nft")) return;
    const Talking talking;
    CHECK(talking.Ends("d1", "ok", kD1));
    {
      const Wall wall(fmt::format("ip daddr {} udp dport 9000 {} drop", kD1, lab::kCounted));
      CHECK(talking.Has("rtp-one-way:d1"));
      CHECK(talking.Ends("d1", "one-way-down", kD1));
    }
    CHECK(talking.IsWell());
    {
      const Wall wall(fmt::format("ip saddr {} udp sport 9000 drop", kD1));
      CHECK(talking.Has("rtp-unreachable:d1"));
      CHECK(talking.Ends("d1", "blackhole", kD1));
      CHECK(talking.Ends("d2", "ok", kD2));
    }
    CHECK(talking.IsWell());
  }

  TEST_CASE("a reflector that has ended is refused, by its dialer's name") {
    Talking talking;
    CHECK(talking.Ends("d2", "ok", kD2));
    talking.d2.Stop();
    CHECK(talking.Has("rtp-unreachable:d2"));
    CHECK(talking.Ends("d2", "refused", kD2));
    CHECK(Contains(talking.watched.Post(1), "no audio comes back from d2 at 198.51.100.12"));
  }
}
