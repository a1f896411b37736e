#include "probes/rtp/judgement.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {

using namespace std::chrono_literals;
using doctest::Approx;

namespace {

RtpDirection Way(std::uint32_t sent, std::uint32_t lost, std::chrono::microseconds jitter = 0us) {
  return {.sent = sent, .lost = lost, .late = 0, .jitter = jitter};
}

RtpMeasures Measures(std::uint32_t lost_up, std::uint32_t lost_down, std::chrono::microseconds rtt = 20ms) {
  RtpMeasures measures;
  measures.up = Way(50, lost_up);
  measures.down = Way(50 - lost_up, lost_down);
  measures.round = Way(50, lost_up + lost_down);
  if (measures.round.lost < 50) measures.rtt = RoundTrip{rtt, rtt, rtt};
  return measures;
}

RtpOutcome Judge(const RtpMeasures& measures) {
  return JudgeRtp({.sent = 54, .replies = 4, .refusals = 0}, measures, RateRtp(measures, kPcmu, 20ms));
}

}  // namespace

TEST_SUITE("probes/rtp/judgement") {
  TEST_CASE("delay from mouth to ear is half the round trip, a packet and the jitter buffer") {
    // 10 + 20 + 20 ms: R = 93.2 - 1.2
    const auto quality = RateRtp(Measures(0, 0), kPcmu, 20ms);
    REQUIRE(quality);
    CHECK(quality->rating == Approx(92.0));
    CHECK_FALSE(quality->is_estimate);
    CHECK(RateRtp(Measures(0, 0), kOpus, 20ms)->is_estimate);
    RtpMeasures shaky = Measures(0, 0);
    shaky.down->jitter = 5ms;  // 10 ms more of buffer
    CHECK(RateRtp(shaky, kPcmu, 20ms)->rating == Approx(91.76));
    CHECK(RateRtp(Measures(0, 0), kPcmu, 40ms)->rating == Approx(91.52));
  }

  TEST_CASE("the worse direction is rated, by the packets that cannot be played") {
    const double one_of_both = RateRtp(Measures(5, 0), kPcmu, 20ms)->rating;
    CHECK(one_of_both == Approx(92.0 - 95 * 10 / 35.1));
    CHECK(RateRtp(Measures(5, 4), kPcmu, 20ms)->rating == Approx(one_of_both));  // 10 % up, 9 % down
    RtpMeasures late = Measures(0, 0);
    late.up->late = 5;
    CHECK(RateRtp(late, kPcmu, 20ms)->rating == Approx(one_of_both));
  }

  TEST_CASE("bursts count") {
    RtpMeasures measures = Measures(5, 0);
    measures.burst_ratio = 2;
    CHECK(RateRtp(measures, kPcmu, 20ms)->rating == Approx(92.0 - 95 * 10 / 30.1));
  }

  TEST_CASE("without directions the round trip is rated") {
    RtpMeasures measures = Measures(5, 5);
    measures.up = measures.down = std::nullopt;
    CHECK(RateRtp(measures, kPcmu, 20ms)->rating == Approx(92.0 - 95 * 20 / 45.1));
    CHECK_FALSE(RateRtp(Measures(50, 0), kPcmu, 20ms));
  }

  TEST_CASE("what is lost who knows where is not forgotten, though neither direction has lost anything that is known") {
    RtpMeasures measures = Measures(0, 0);
    measures.up = measures.down = Way(30, 0);
    measures.round = Way(50, 20);
    CHECK_FALSE(KnowsWays(measures));
    CHECK(RateRtp(measures, kPcmu, 20ms)->rating == Approx(92.0 - 95 * 40 / 65.1));
    CHECK(Judge(measures) == RtpOutcome::kDegraded);
    CHECK(KnowsWays(Measures(5, 5)));
  }

  TEST_CASE("two packets of fifty may be lost, three are too many") {
    CHECK(Judge(Measures(0, 0)) == RtpOutcome::kOk);
    CHECK(Judge(Measures(2, 0)) == RtpOutcome::kOk);
    CHECK(Judge(Measures(2, 2)) == RtpOutcome::kOk);
    CHECK(Judge(Measures(3, 0)) == RtpOutcome::kDegraded);
    CHECK(Judge(Measures(0, 3)) == RtpOutcome::kDegraded);
  }

  TEST_CASE("a long way is degraded without any loss") {
    CHECK(Judge(Measures(0, 0, 500ms)) == RtpOutcome::kOk);        // R 71.9
    CHECK(Judge(Measures(0, 0, 560ms)) == RtpOutcome::kDegraded);  // R 69.9
  }

  TEST_CASE("next to nothing one way is one way") {
    CHECK(Judge(Measures(45, 0)) == RtpOutcome::kOneWayDown);
    CHECK(Judge(Measures(50, 0)) == RtpOutcome::kOneWayDown);
    CHECK(Judge(Measures(0, 45)) == RtpOutcome::kOneWayUp);
    CHECK(Judge(Measures(0, 50)) == RtpOutcome::kOneWayUp);
    CHECK(Judge(Measures(44, 0)) == RtpOutcome::kDegraded);
    CHECK(Judge(Measures(46, 4)) == RtpOutcome::kBlackhole);
  }

  TEST_CASE("silence is a blackhole, or a refusal where somebody said so") {
    RtpMeasures silence;
    silence.round = Way(50, 50);
    CHECK(JudgeRtp({.sent = 57, .replies = 0, .refusals = 0}, silence, {}) == RtpOutcome::kBlackhole);
    CHECK(JudgeRtp({.sent = 57, .replies = 0, .refusals = 1}, silence, {}) == RtpOutcome::kRefused);
    CHECK(JudgeRtp({.sent = 57, .replies = 3, .refusals = 0}, silence, {}) == RtpOutcome::kBlackhole);  // warm-up only
  }

  TEST_CASE("a refusal beside replies is no refusal") {
    CHECK(JudgeRtp({.sent = 54, .replies = 54, .refusals = 1}, Measures(0, 0), VoiceQuality{92, 4.38}) ==
          RtpOutcome::kOk);
  }

  TEST_CASE("what could not be sent says nothing of the dialer") {
    CHECK(JudgeRtp({}, {}, {}) == RtpOutcome::kSendFailed);
  }
}

}  // namespace dialwatch::probes
