#include "diagnosis/rules/turn_relayed.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/media/media_world.h"

namespace dialwatch::diagnosis {
namespace {

TrainSample To(const std::string& dialer) {
  return Echoes(dialer, "198.51.100.11", {"cloudflare", "google", "quad9"}, true);
}

TrainSample Through(const std::string& relay, TrainSample sample) {
  sample.subject.relay = relay;
  sample.local = *base::Endpoint::Parse("192.0.2.210:50012", 0);
  return sample;
}

TrainSample Unsent(TrainSample sample, RtpOutcome outcome, const std::string& error) {
  sample = Silent(std::move(sample), outcome);
  sample.measures = {};
  sample.error = error;
  return sample;
}

TrainSample NoRelay(const TrainSample& sample) {
  return Unsent(sample, RtpOutcome::kNoRelay, "unauthorized 401 at allocate: Unauthorized");
}

struct RelayedWorld : MediaWorld {
  explicit RelayedWorld(int dialers = 1) : MediaWorld(dialers) {
    for (const char* relay : {"telnyx", "twilio"}) settings.turn_servers.push_back({.name = relay, .uri = {}});
  }
  // Turns in which d1 echoes, and through telnyx fares so.
  void Turns(int count, const TrainSample& through, const TrainSample& direct = To("d1")) {
    for (int i = 0; i < count; ++i) Turn({direct, Through("telnyx", through)});
  }
};

}  // namespace

TEST_SUITE("diagnosis/rules/turn_relayed") {
  TEST_CASE("a relay that carries audio gives no finding, nor does one that does so worse by a little") {
    RelayedWorld world;
    world.Turns(3, To("d1"));
    CHECK(world.Ids().empty());
    TrainSample worse = Degraded(To("d1"));
    worse.quality->mos = 3.5;
    TrainSample direct = Degraded(To("d1"));
    direct.quality->mos = 3.6;
    world.Turn({direct, Through("telnyx", worse)});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("two trains through a relay that nobody hears, while directly all is well, are the relay's") {
    RelayedWorld world;
    world.Turns(1, Silent(To("d1")));
    CHECK(world.Ids().empty());
    world.Turns(1, Silent(To("d1")));
    REQUIRE(world.Ids() == Ids{"turn-relay-broken:telnyx"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.summary == "d1 cannot be heard through relay telnyx, directly it can (blackhole)");
    CHECK(finding.affected == std::vector<std::string>{"d1"});
    CHECK(finding.since == world.now - 35s);
    REQUIRE(finding.evidence.size() == 2);
    CHECK(finding.evidence[0].vantage ==
          "d1: rtp 198.51.100.11:9000 by relay telnyx (authority, cloudflare, google and quad9)");
    CHECK(finding.evidence[0].note == "blackhole, 0 of 50 came back");
    CHECK(finding.evidence[1].vantage == "d1: rtp 198.51.100.11:9000 (authority, cloudflare, google and quad9)");
    CHECK(finding.evidence[1].note->starts_with("ok, echoed by d1"));
    CHECK(finding.advice[0] ==
          "let the relay's address 192.0.2.210 in at the firewall before these dialers, UDP, both ways");
    world.Turns(1, To("d1"));
    CHECK(world.Ids().empty());
  }

  TEST_CASE("of many dialers it is one finding, with those who are not heard") {
    RelayedWorld world(40);
    for (int turn = 0; turn < 2; ++turn) {
      std::vector<TrainSample> samples;
      for (int i = 1; i <= 40; ++i) {
        const TrainSample direct = To("d" + std::to_string(i));
        samples.push_back(direct);
        samples.push_back(Through("telnyx", i <= 3 ? OneWay(direct, RtpOutcome::kOneWayDown) : direct));
        samples.push_back(Through("twilio", direct));
      }
      world.Turn(samples);
    }
    REQUIRE(world.Ids() == Ids{"turn-relay-broken:telnyx"});
    CHECK(world.Findings()[0].summary ==
          "3 of 40 dialers (d1, d2 and d3) cannot be heard through relay telnyx, directly they can (one-way-down)");
    CHECK(world.Findings()[0].evidence.size() == 6);
  }

  TEST_CASE("a dialer whose audio does not flow directly either is not the relay's affair") {
    RelayedWorld world;
    world.Turns(3, Silent(To("d1")), Silent(To("d1")));
    CHECK(world.Ids() == Ids{"rtp-unreachable:d1"});
    world.Turns(1, Silent(To("d1")));  // now directly it flows again: one train is no fact yet
    CHECK(world.Ids().empty());
    world.Turns(2, Silent(To("d1")));
    CHECK(world.Ids() == Ids{"turn-relay-broken:telnyx"});
    world.Turns(1, Silent(To("d1")), Silent(To("d1")));
    CHECK(world.Ids().empty());
  }

  TEST_CASE("a relay that does not let calls through to a dialer is told what to change") {
    RelayedWorld world;
    world.Turns(2, Unsent(To("d1"), RtpOutcome::kDenied, "error-response 403 at permit: Forbidden IP"));
    REQUIRE(world.Ids() == Ids{"turn-relay-broken:telnyx"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.summary ==
          "d1 cannot be heard through relay telnyx, directly it can (denied: error-response 403 at permit: Forbidden "
          "IP)");
    CHECK(finding.advice[0] ==
          "have relay telnyx let calls through to 198.51.100.11 (coturn: denied-peer-ip, allowed-peer-ip)");
  }

  TEST_CASE("audio that is clearly worse through a relay is a warning, after three trains") {
    RelayedWorld world;
    world.Turns(2, Degraded(To("d1")));
    CHECK(world.Ids().empty());
    world.Turns(1, Degraded(To("d1")));
    REQUIRE(world.Ids() == Ids{"turn-relay-broken:telnyx"});
    CHECK(world.Findings()[0].severity == Severity::kWarning);
    CHECK(world.Findings()[0].summary.starts_with("audio of d1 is bad through relay telnyx, directly it is not"));
  }

  TEST_CASE("a relay that cannot be had makes no finding of media, and takes none back") {
    RelayedWorld world;
    world.Turns(5, NoRelay(To("d1")));
    CHECK(world.Ids().empty());
    world.Turns(1, Silent(To("d1")));
    world.Turns(1, NoRelay(To("d1")));
    CHECK(world.Ids().empty());
    world.Turns(1, Silent(To("d1")));
    CHECK(world.Ids() == Ids{"turn-relay-broken:telnyx"});
  }

  TEST_CASE("what does not come through a relay is no sign of misdirection or of a broken dialer") {
    RelayedWorld world;
    TrainSample elsewhere = Through("telnyx", Silent(To("d1")));
    elsewhere.subject.address = *base::Endpoint::Parse("198.51.100.99", 9000);
    for (int turn = 0; turn < 4; ++turn) world.Turn({To("d1"), elsewhere});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("a relay that is taken out of the config is forgotten") {
    RelayedWorld world;
    world.Turns(2, Silent(To("d1")));
    CHECK(world.Ids() == Ids{"turn-relay-broken:telnyx"});
    world.picture.Retain(world.settings, world.now + 2min);
    CHECK(world.picture.media().at("d1").relayed.contains("telnyx"));
    world.settings.turn_servers.clear();
    CHECK(world.Ids().empty());
    world.picture.Retain(world.settings, world.now);
    CHECK(world.picture.media().at("d1").relayed.empty());
  }
}

}  // namespace dialwatch::diagnosis
