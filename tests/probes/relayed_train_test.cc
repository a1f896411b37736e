#include "probes/relayed_train.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/probes/dns/fake_server.h"
#include "tests/probes/train/far_end.h"
#include "tests/probes/turn/fake_relay.h"

namespace dialwatch::probes {

using namespace std::chrono_literals;

namespace {

// A reflector behind a relay.
struct Bed {
  EventLoop loop;
  test::FarEnd far_end;
  test::FakeRelay relay{loop};
  Pacer pacer{loop};
  TrainPlan plan;

  Bed() {
    plan.subject = {"d1", "d1.example.com", {"quad9"}, true, far_end.endpoint(), "telnyx"};
    plan.keys = std::make_shared<TrainKeys>(test::TestKeys());
    plan.spacing = 5ms;
    plan.patience = 200ms;
  }

  std::shared_ptr<RelayedTrain> New(const TurnCredentials& credentials) {
    return std::make_shared<RelayedTrain>(loop, pacer, plan, TurnRoute{.server = relay.endpoint()}, credentials);
  }
  TrainSample Run(const TurnCredentials& credentials = test::kCaller) {
    std::optional<TrainSample> sample;
    auto train = New(credentials);
    train->Start(
        [&](const TrainSample& seen) {
          CHECK_FALSE(sample);
          sample = seen;
          train.reset();
        },
        {});
    REQUIRE(RunUntil(
        loop, [&] { return sample.has_value(); }, 15s));
    return *sample;
  }
  bool IsReleased() const { return std::ranges::find(relay.log, "refresh 0") != relay.log.end(); }
};

}  // namespace

TEST_SUITE("probes/relayed_train") {
  TEST_CASE("goes to the reflector and back on a channel, and all is given back") {
    Bed bed;
    const TrainSample sample = bed.Run();
    CHECK(sample.outcome == RtpOutcome::kOk);
    CHECK(sample.subject == bed.plan.subject);
    CHECK(sample.echoed_by == "d1");
    CHECK(sample.local == bed.relay.relayed());
    CHECK(sample.measures.round.sent == 50);
    CHECK(sample.measures.round.lost == 0);
    CHECK(sample.measures.up);
    CHECK(sample.quality->mos > 4);
    CHECK(bed.relay.log == std::vector<std::string>{"allocate 401", "allocate", "permit", "bind", "refresh 0"});
  }

  TEST_CASE("what the set-up takes is not counted") {
    Bed bed;
    bed.relay.lost = 1;  // and asked again after 500 ms
    const TrainSample sample = bed.Run();
    CHECK(sample.outcome == RtpOutcome::kOk);
    CHECK(sample.worst_send_delay < 400ms);
    CHECK(sample.measures.rtt->p95 < 400ms);
  }

  TEST_CASE("what is lost behind the relay is lost in that direction, and nothing else is") {
    Bed bed;
    bed.relay.lost_back = RtpStream::kWarmUp + 3;
    const TrainSample sample = bed.Run();
    CHECK(sample.outcome == RtpOutcome::kDegraded);
    CHECK(sample.measures.up->lost == 0);
    CHECK(sample.measures.down->lost == 3);
    CHECK(sample.measures.round.lost == 3);
  }

  TEST_CASE("a relay that carries nothing, in whichever direction, is silence") {
    for (const bool out : {true, false}) {
      Bed bed;
      (out ? bed.relay.drops_out : bed.relay.drops_channel_back) = true;
      CHECK(bed.Run().outcome == RtpOutcome::kBlackhole);
      CHECK(bed.IsReleased());
    }
  }

  TEST_CASE("a relay that does not let us send to the dialer denies it") {
    for (const auto& [method, step] :
         {std::pair(TurnMethod::kCreatePermission, "permit"), std::pair(TurnMethod::kChannelBind, "bind")}) {
      Bed bed;
      bed.relay.errors[method] = 403;
      const TrainSample sample = bed.Run();
      CHECK(sample.outcome == RtpOutcome::kDenied);
      CHECK(sample.error == std::string("error-response 403 at ") + step + ": no");
      CHECK(sample.measures.round.sent == 0);
      CHECK(sample.local == bed.relay.relayed());
      CHECK(bed.IsReleased());
    }
  }

  TEST_CASE("a relay that cannot be had tells nothing of the dialer") {
    Bed wrong;
    const TrainSample sample = wrong.Run({"webphone", "open"});
    CHECK(sample.outcome == RtpOutcome::kNoRelay);
    CHECK(sample.error == "unauthorized 401 at allocate: no");
    CHECK(sample.subject == wrong.plan.subject);
    CHECK_FALSE(wrong.IsReleased());
    Bed full;
    full.relay.errors[TurnMethod::kAllocate] = 486;
    CHECK(full.Run().error == "quota 486 at allocate: no");
    Bed silent;
    silent.relay.silent = {TurnMethod::kCreatePermission};
    CHECK(silent.Run().outcome == RtpOutcome::kNoRelay);
  }

  TEST_CASE("a train that is destroyed early gives back what it was given") {
    Bed bed;
    auto train = bed.New(test::kCaller);
    train->Start([](const TrainSample&) { FAIL("it was destroyed"); }, {});
    REQUIRE(RunUntil(bed.loop, [&] { return bed.far_end.counters().echoed > 5; }));
    train.reset();
    CHECK(RunUntil(bed.loop, [&] { return bed.IsReleased(); }));
    CHECK(RunUntil(bed.loop, [&] { return bed.pacer.size() == 0; }));
  }
}

}  // namespace dialwatch::probes
