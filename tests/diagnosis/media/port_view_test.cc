#include "diagnosis/media/port_view.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/media/media_world.h"

namespace dialwatch::diagnosis {
namespace {

PortSample At(TimePoint at, PortSample sample, std::uint64_t round = 1) {
  sample.at = at;
  sample.round = round;
  return sample;
}

// One dialer with a port to try, and what is known of it after a while.
struct PortWorld : World {
  PortWorld() { settings.dialers[0].rtp_port = 10000; }
  bool Knows() {
    picture.Retain(settings, now);
    return picture.ports().contains("d1");
  }
};

const PortSample kRefused = Says("d1", "198.51.100.11", {"google"}, PortOutcome::kRefused);
const PortSample kSilent = Says("d1", "203.0.113.66", {"google"}, PortOutcome::kSilent);

}  // namespace

TEST_SUITE("diagnosis/media/port_view") {
  TEST_CASE("the newest sample of each address of the newest round counts") {
    World world;
    world.picture.Add(At(kMonday, kRefused));
    world.picture.Add(At(kMonday + 2s, kSilent));
    const PortView& view = world.picture.ports().at("d1");
    CHECK(view.Current().size() == 2);
    CHECK(view.Newest()->outcome == PortOutcome::kSilent);
    world.picture.Add(At(kMonday + 60s, kRefused, 2));
    CHECK(view.Current().size() == 1);
    world.picture.Add(At(kMonday + 59s, Says("d1", "198.51.100.11", {}, PortOutcome::kAnswered), 2));  // came late
    CHECK(view.Newest()->outcome == PortOutcome::kRefused);
  }

  TEST_CASE("silence, refusals and errors are no finding, as long as they last") {
    World world;
    for (const PortOutcome outcome :
         {PortOutcome::kAnswered, PortOutcome::kErrorResponse, PortOutcome::kOtherAnswer, PortOutcome::kRefused,
          PortOutcome::kRejected, PortOutcome::kSilent, PortOutcome::kSendFailed}) {
      for (std::uint64_t round = 1; round <= 5; ++round) {
        world.now += 30s;
        world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kGoogle, "d1", {"198.51.100.11"}));
        world.picture.Add(At(world.now, Says("d1", "198.51.100.11", {"google"}, outcome, true), round));
      }
      CHECK(world.Ids().empty());
    }
  }

  TEST_CASE("it is forgotten with the dialer, its port, its host, and after three silent turns") {
    PortWorld world;
    world.picture.Add(At(world.now, kRefused));
    CHECK(world.Knows());
    SUBCASE("the dialer") {
      world.settings.dialers.clear();
    }
    SUBCASE("its port") {
      world.settings.dialers[0].rtp_port = 10002;
    }
    SUBCASE("its host") {
      world.settings.dialers[0].host = "d9.example.com";
    }
    SUBCASE("after three turns") {
      world.now += 181s;
      CHECK(world.Knows());
      world.now += 2s;
    }
    CHECK_FALSE(world.Knows());
  }
}

}  // namespace dialwatch::diagnosis
