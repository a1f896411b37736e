#include "diagnosis/rules/media_misdirected.h"

#include <doctest/doctest.h>

#include "diagnosis/causes/headline.h"
#include "tests/diagnosis/media/media_world.h"

namespace dialwatch::diagnosis {
namespace {

TrainSample Right(const std::string& dialer = "d1") {
  return Echoes(dialer, "198.51.100.11", {"cloudflare", "quad9"}, true);
}

TrainSample Wrong(const std::string& dialer = "d1") {
  return Echoes(dialer, "203.0.113.66", {"google"});
}

}  // namespace

TEST_SUITE("diagnosis/rules/media_misdirected") {
  TEST_CASE("the resolver whose address is silent is named after two trains, while another's echoes") {
    MediaWorld world;
    world.Turn({Right(), Silent(Wrong())});
    CHECK(world.Ids().empty());
    world.Turn({Right(), Silent(Wrong())});
    REQUIRE(world.Ids() == Ids{"media-misdirected:d1:google"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.summary ==
          "google sends callers of d1 to 203.0.113.66, where nothing echoes their audio, while it does at "
          "198.51.100.11 (the authority, cloudflare and quad9)");
    CHECK(finding.affected == std::vector<std::string>{"d1"});
    REQUIRE(finding.evidence.size() == 2);
    CHECK(finding.evidence[0].vantage == "rtp 203.0.113.66:9000 (google)");
    CHECK(finding.evidence[0].note == "blackhole, 0 of 50 came back");
    CHECK(finding.evidence[1].vantage == "rtp 198.51.100.11:9000 (authority, cloudflare and quad9)");
    CHECK(finding.advice[0].starts_with("flush the affected names"));
  }

  TEST_CASE("who leads astray at one of its servers is not named among those who lead right") {
    MediaWorld world;
    world.Turn({Echoes("d1", "198.51.100.11", {"google", "quad9"}, true), Silent(Wrong())}, 2);
    REQUIRE(world.Ids() == Ids{"media-misdirected:d1:google"});
    CHECK(world.Findings()[0].summary ==
          "google sends callers of d1 to 203.0.113.66, where nothing echoes their audio, while it does at "
          "198.51.100.11 (the authority and quad9)");
  }

  TEST_CASE("two trains of one turn are enough") {
    MediaWorld world;
    world.Turn({Right(), Silent(Wrong(), RtpOutcome::kRefused)}, 2);
    CHECK(world.Ids() == Ids{"media-misdirected:d1:google"});
  }

  TEST_CASE("so is the one whose address another dialer echoes at") {
    MediaWorld world(2);
    for (int turn = 0; turn < 2; ++turn) world.Turn({Right(), By("d2", Wrong())});
    REQUIRE(world.Ids() == Ids{"media-misdirected:d1:google"});
    CHECK(world.Findings()[0].summary ==
          "google sends callers of d1 to 203.0.113.66, where d2 echoes their audio, while it does at 198.51.100.11 "
          "(the authority, cloudflare and quad9)");
  }

  TEST_CASE("another address at which the dialer echoes in its own name is right, whoever gives it") {
    MediaWorld world;
    for (int turn = 0; turn < 3; ++turn) world.Turn({Right(), Wrong()});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("a reflector that was named otherwise is no harm, where the authority leads to it") {
    MediaWorld world;
    for (int turn = 0; turn < 3; ++turn) world.Turn({By("dialer-1", Right())});
    CHECK(world.Ids().empty());
    for (int turn = 0; turn < 3; ++turn) world.Turn({By("dialer-1", Right()), Silent(Wrong())});
    CHECK(world.Ids() == Ids{"media-misdirected:d1:google"});
  }

  TEST_CASE("where the dialer echoes nowhere nobody is blamed for it but the dialer") {
    MediaWorld world;
    for (int turn = 0; turn < 3; ++turn) world.Turn({Silent(Right()), Silent(Wrong())});
    CHECK(world.Ids() == Ids{"rtp-unreachable:d1"});
  }

  TEST_CASE("who alone leads callers to another dialer puts nobody else in the wrong, while theirs is silent") {
    MediaWorld world(2);
    const TrainSample own = Silent(Echoes("d1", "198.51.100.11", {"cloudflare", "quad9"}));
    const TrainSample others = By("d2", Echoes("d1", "203.0.113.66", {"google"}));
    for (int turn = 0; turn < 3; ++turn) world.Turn({own, others});
    REQUIRE(world.Ids() == Ids{"rtp-unreachable:d1"});
    CHECK(
        world.Findings()[0].summary.starts_with("no audio comes back from d1 at 198.51.100.11, 1 of its 2 addresses"));
  }

  TEST_CASE("an address that the authority gives itself is no misdirection") {
    MediaWorld world;
    TrainSample second = Echoes("d1", "198.51.100.12", {"cloudflare", "google", "quad9"}, true);
    for (int turn = 0; turn < 3; ++turn) world.Turn({Right(), Silent(second)});
    REQUIRE(world.Ids() == Ids{"rtp-unreachable:d1"});
    CHECK(world.Findings()[0].summary ==
          "no audio comes back from d1 at 198.51.100.12, 1 of its 2 addresses, since 20:05:35 UTC (blackhole)");
  }

  TEST_CASE("without the authority it is one whose givers give no right address beside it") {
    MediaWorld world;
    TrainSample right = Echoes("d1", "198.51.100.11", {"cloudflare", "quad9"});
    TrainSample both = Silent(Echoes("d1", "198.51.100.12", {"cloudflare", "google"}));
    for (int turn = 0; turn < 3; ++turn) world.Turn({right, both});
    CHECK(world.Ids() == Ids{"media-misdirected:d1:google"});
  }

  TEST_CASE("it is over once the resolver gives the right address, though the old one stays silent") {
    MediaWorld world;
    for (int turn = 0; turn < 2; ++turn) world.Turn({Right(), Silent(Wrong())});
    world.Turn({Echoes("d1", "198.51.100.11", {"cloudflare", "google", "quad9"}, true)});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("the wrong answer explains it: one incident, which begins with what callers notice") {
    MediaWorld world(2);
    for (int turn = 0; turn < 2; ++turn) {
      world.Turn({Right("d1"), Silent(Wrong("d1")), Right("d2"), Silent(Wrong("d2"))});
      for (const char* dialer : {"d1", "d2"}) world.Round(Gives(kGoogle, dialer, {"203.0.113.66"}));
    }
    const auto causes = Correlate(world.Findings(), world.settings);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "dns-bogus:google");
    CHECK(causes[0].findings.size() == 2);
    CHECK(causes[0].symptoms.size() == 2);
    CHECK(Headline(causes[0], 2) ==
          "google sends callers of all 2 dialers to addresses without their audio: it gives wrong addresses for them");
  }
}

}  // namespace dialwatch::diagnosis
