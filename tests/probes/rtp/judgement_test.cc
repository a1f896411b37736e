#include "probes/rtp/judgement.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {

using namespace std::chrono_literals;
using doctest::Approx;

namespace {

EchoWay Way(std::uint32_t sent, std::uint32_t lost, std::chrono::microseconds jitter = 0us) {
  return {.sent = sent, .lost = lost, .late = 0, .jitter = jitter};
}

EchoMeasures Measures(std::uint32_t lost_up, std::uint32_t lost_down, std::chrono::microseconds rtt = 20ms) {
  EchoMeasures measures;
  measures.up = Way(50, lost_up);
  measures.down = Way(50 - lost_up, lost_down);
  measures.round = Way(50, lost_up + lost_down);
  if (measures.round.lost < 50) measures.rtt = RoundTrip{rtt, rtt, rtt};
  return measures;
}

EchoOutcome Judge(const EchoMeasures& measures) {
  return JudgeEcho({.sent = 54, .replies = 4, .refusals = 0}, measures, RateEcho(measures, kPcmu, 20ms));
}

}  // namespace

TEST_SUITE("probes/rtp/judgement") {
  TEST_CASE("delay from mouth to ear is half the round trip, a packet and the jitter buffer") {
    // 10 + 20 + 20 ms: R = 93.2 - 1.2
    const auto quality = RateEcho(Measures(0, 0), kPcmu, 20ms);
    REQUIRE(quality);
    CHECK(quality->rating == Approx(92.0));
    CHECK_FALSE(quality->is_estimate);
    CHECK(RateEcho(Measures(0, 0), kOpus, 20ms)->is_estimate);
    EchoMeasures shaky = Measures(0, 0);
    shaky.down->jitter = 5ms;  // 10 ms more of buffer
    CHECK(RateEcho(shaky, kPcmu, 20ms)->rating == Approx(91.76));
    CHECK(RateEcho(Measures(0, 0), kPcmu, 40ms)->rating == Approx(91.52));
  }

  TEST_CASE("the worse direction is rated, by the packets that cannot be played") {
    const double one_of_both = RateEcho(Measures(5, 0), kPcmu, 20ms)->rating;
    CHECK(one_of_both == Approx(92.0 - 95 * 10 / 35.1));
    CHECK(RateEcho(Measures(5, 4), kPcmu, 20ms)->rating == Approx(one_of_both));  // 10 % up, 9 % down
    EchoMeasures late = Measures(0, 0);
    late.up->late = 5;
    CHECK(RateEcho(late, kPcmu, 20ms)->rating == Approx(one_of_both));
  }

  TEST_CASE("bursts count") {
    EchoMeasures measures = Measures(5, 0);
    measures.burst_ratio = 2;
    CHECK(RateEcho(measures, kPcmu, 20ms)->rating == Approx(92.0 - 95 * 10 / 30.1));
  }

  TEST_CASE("without directions the round trip is rated") {
    EchoMeasures measures = Measures(5, 5);
    measures.up = measures.down = std::nullopt;
    CHECK(RateEcho(measures, kPcmu, 20ms)->rating == Approx(92.0 - 95 * 20 / 45.1));
    CHECK_FALSE(RateEcho(Measures(50, 0), kPcmu, 20ms));
  }

  TEST_CASE("what is lost who knows where is not forgotten, though neither direction has lost anything that is known") {
    EchoMeasures measures = Measures(0, 0);
    measures.up = measures.down = Way(30, 0);
    measures.round = Way(50, 20);
    CHECK_FALSE(KnowsWays(measures));
    CHECK(RateEcho(measures, kPcmu, 20ms)->rating == Approx(92.0 - 95 * 40 / 65.1));
    CHECK(Judge(measures) == EchoOutcome::kDegraded);
    CHECK(KnowsWays(Measures(5, 5)));
  }

  TEST_CASE("two packets of fifty may be lost, three are too many") {
    CHECK(Judge(Measures(0, 0)) == EchoOutcome::kOk);
    CHECK(Judge(Measures(2, 0)) == EchoOutcome::kOk);
    CHECK(Judge(Measures(2, 2)) == EchoOutcome::kOk);
    CHECK(Judge(Measures(3, 0)) == EchoOutcome::kDegraded);
    CHECK(Judge(Measures(0, 3)) == EchoOutcome::kDegraded);
  }

  TEST_CASE("a long way is degraded without any loss") {
    CHECK(Judge(Measures(0, 0, 500ms)) == EchoOutcome::kOk);        // R 71.9
    CHECK(Judge(Measures(0, 0, 560ms)) == EchoOutcome::kDegraded);  // R 69.9
  }

  TEST_CASE("next to nothing one way is one way") {
    CHECK(Judge(Measures(45, 0)) == EchoOutcome::kOneWayDown);
    CHECK(Judge(Measures(50, 0)) == EchoOutcome::kOneWayDown);
    CHECK(Judge(Measures(0, 45)) == EchoOutcome::kOneWayUp);
    CHECK(Judge(Measures(0, 50)) == EchoOutcome::kOneWayUp);
    CHECK(Judge(Measures(44, 0)) == EchoOutcome::kDegraded);
    CHECK(Judge(Measures(46, 4)) == EchoOutcome::kBlackhole);
  }

  TEST_CASE("silence is a blackhole, or a refusal where somebody said so") {
    EchoMeasures silence;
    silence.round = Way(50, 50);
    CHECK(JudgeEcho({.sent = 57, .replies = 0, .refusals = 0}, silence, {}) == EchoOutcome::kBlackhole);
    CHECK(JudgeEcho({.sent = 57, .replies = 0, .refusals = 1}, silence, {}) == EchoOutcome::kRefused);
    CHECK(JudgeEcho({.sent = 57, .replies = 3, .refusals = 0}, silence, {}) ==
          EchoOutcome::kBlackhole);  // warm-up only
  }

  TEST_CASE("a refusal beside replies is no refusal") {
    CHECK(JudgeEcho({.sent = 54, .replies = 54, .refusals = 1}, Measures(0, 0), VoiceQuality{92, 4.38}) ==
          EchoOutcome::kOk);
  }

  TEST_CASE("what could not be sent says nothing of the dialer") {
    CHECK(JudgeEcho({}, {}, {}) == EchoOutcome::kSendFailed);
  }
}

}  // namespace dialwatch::probes
