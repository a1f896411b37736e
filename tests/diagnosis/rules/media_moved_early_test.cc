#include "diagnosis/rules/media_moved_early.h"

#include <doctest/doctest.h>

#include "diagnosis/causes/headline.h"
#include "tests/diagnosis/media/call_world.h"

namespace dialwatch::diagnosis {
namespace {

const std::vector<std::string> kOld{"198.51.100.7"}, kNew{"198.51.100.11"};

// Until 20:05:00 the authority gave the old address for two of three dialers. Google and quad9 have copies of it.
struct Moving : CallWorld {
  explicit Moving(seconds ttl = 300s) : CallWorld(3) {
    for (config::Dialer& dialer : settings.dialers) dialer.reflector_port = 9000;
    for (const char* dialer : {"d1", "d2"}) Round(Gives(kAuthority, dialer, kOld, ttl));
    Copies(kOld);
    now += 5s;
  }

  void Copies(const std::vector<std::string>& answer) {
    for (const char* dialer : {"d1", "d2"}) {
      for (const auto& via : {kQuad9, kGoogle}) Round(Gives(via, dialer, answer, 120s));
    }
  }
  void Trains(TrainSample (*there)(TrainSample)) {
    std::vector<TrainSample> trains;
    for (const char* dialer : {"d1", "d2"}) {
      trains.push_back(Echoes(dialer, kNew[0], {"cloudflare"}, true));
      trains.push_back(there(Echoes(dialer, kOld[0], {"google", "quad9"})));
    }
    Turn(trains, 2);
    Copies(kOld);
  }
  std::vector<Cause> Causes() const { return Correlate(Findings(), settings); }
};

TrainSample Dead(TrainSample sample) {
  return Silent(std::move(sample));
}

TrainSample Alive(TrainSample sample) {
  return sample;
}

}  // namespace

TEST_SUITE("diagnosis/rules/media_moved_early") {
  TEST_CASE("old machines that are off while copies lead there are one incident about the move, and no resolver's") {
    Moving world;
    world.Trains(Dead);
    const auto causes = world.Causes();
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "media-moved-early:example.com");
    REQUIRE(causes[0].findings.size() == 2);
    CHECK(causes[0].symptoms.size() == 4);  // media-misdirected
    CHECK(
        Headline(causes[0], 3) ==
        "2 of 3 dialers of example.com moved and left old addresses dead, where copies lead callers still (d1 and d2)");
    const Finding& first = causes[0].findings[0];
    CHECK(first.id == "media-moved-early:d1:example.com");
    CHECK(first.severity == Severity::kCritical);
    CHECK(
        first.summary ==
        "d1 moved at 20:05:35 UTC and does not echo at 198.51.100.7 any more, where copies (google and quad9) lead its "
        "callers until 20:10:35 UTC");
    CHECK(first.eta == kMonday + 335s);
    CHECK(first.evidence.size() == 4);
    CHECK(first.advice ==
          std::vector<std::string>{
              "bring the old machines back until 20:10:35 UTC: then the last copies have run out",
              "where they are gone for good, flush the affected names at https://dns.google/cache",
              "at the next move keep the old machines until the TTL (5m) has passed, or lower it before"});
  }

  TEST_CASE("where the old machines echo on, a move is nothing") {
    Moving world;
    for (int turn = 0; turn < 3; ++turn) world.Trains(Alive);
    CHECK(world.Causes().empty());
  }

  TEST_CASE("so is the move of a dialer that is called, and not sent trains") {
    Moving world;
    const auto echoes = Answers("d1", kNew[0], {"cloudflare"});
    const auto fails = Fails(SipOutcome::kSilent, "no answer", Answers("d1", kOld[0], {"google"}, false));
    for (int call = 0; call < 2; ++call) world.Call({echoes, fails});
    world.Copies(kOld);
    const auto causes = world.Causes();
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "media-moved-early:example.com");
    CHECK(causes[0].symptoms.size() == 1);
  }

  TEST_CASE("beyond the TTL it is the resolver's fault") {
    Moving world(30s);
    for (int turn = 0; turn < 4; ++turn) world.Trains(Dead);
    const auto causes = world.Causes();
    REQUIRE(causes.size() == 2);
    CHECK(causes[0].key == "dns-stale:google");
    CHECK(causes[1].key == "dns-stale:quad9");
  }

  TEST_CASE("a copy that outlives the limit is stale from the start, whatever TTL the authority gave it") {
    Moving world(86400s);
    world.Trains(Dead);
    CHECK(world.Find("media-moved-early:d1:example.com")->eta == kMonday + 335s);
    for (const auto& via : {kQuad9, kGoogle}) world.Round(Gives(via, "d1", kOld, 80000s));
    for (const Cause& cause : world.Causes()) {
      CHECK((cause.findings[0].subject.dialer == "d2" || cause.findings[0].rule == "dns-stale"));
    }
  }

  TEST_CASE("an address that the authority never gave is misdirection as ever") {
    Moving world;
    const auto wrong = Silent(Echoes("d1", "203.0.113.66", {"google"}));
    world.Turn({Echoes("d1", kNew[0], {"cloudflare"}, true), wrong}, 2);
    CHECK(world.Ids() == Ids{"media-misdirected:d1:google"});
  }

  TEST_CASE("what servers of the zone gave side by side for a while stays theirs until the copies have run out") {
    Moving world;
    for (int turn = 0; turn < 4; ++turn) {
      world.now += 30s;
      for (const char* dialer : {"d1", "d2"}) {
        world.Round(Gives(kAuthority, dialer, kNew), Gives(ViaAuthority("192.0.2.54"), dialer, kOld));
      }
    }
    for (const char* dialer : {"d1", "d2"}) world.Round(Gives(ViaAuthority("192.0.2.54"), dialer, kNew));
    world.Trains(Dead);
    const auto causes = world.Causes();
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "dns-authority-split:example.com");
    CHECK(causes[0].findings[0].summary ==
          "a server of example.com gave 198.51.100.7 for d1.example.com until 20:07:35 UTC, and copies of that (google "
          "and quad9) lead callers there until 20:12:35 UTC, where it does not echo");
  }
}

}  // namespace dialwatch::diagnosis
