#include "alerting/verdict.h"

#include <doctest/doctest.h>

namespace dialwatch::alerting {
namespace {

Judged JudgeAnswer(long status) {
  HttpOutcome outcome;
  outcome.kind = HttpOutcome::Kind::kAnswered;
  outcome.status = status;
  return Judge(outcome);
}

Judged JudgeFailure(HttpOutcome::Kind kind) {
  HttpOutcome outcome;
  outcome.kind = kind;
  return Judge(outcome);
}

}  // namespace

TEST_SUITE("alerting/verdict") {
  TEST_CASE("2xx is delivered") {
    for (const long status : {200, 202, 204}) CHECK(JudgeAnswer(status).verdict == Verdict::kDelivered);
  }

  TEST_CASE("what passes by itself is tried again") {
    for (const long status : {408, 425, 500, 502, 503, 504}) {
      CAPTURE(status);
      CHECK(JudgeAnswer(status).verdict == Verdict::kRetry);
      CHECK(JudgeAnswer(status).reason == FailureReason::kServer);
    }
    CHECK(JudgeAnswer(429).verdict == Verdict::kRetry);
    CHECK(JudgeAnswer(429).reason == FailureReason::kRateLimited);
    CHECK(JudgeFailure(HttpOutcome::Kind::kTimeout).reason == FailureReason::kTimeout);
    CHECK(JudgeFailure(HttpOutcome::Kind::kNetwork).reason == FailureReason::kNetwork);
    CHECK(JudgeFailure(HttpOutcome::Kind::kBadUrl).verdict == Verdict::kRetry);
    CHECK(JudgeFailure(HttpOutcome::Kind::kBadUrl).reason == FailureReason::kSecret);
  }

  TEST_CASE("a malformed or too long message is tried once more, shortened") {
    for (const long status : {400, 413}) CHECK(JudgeAnswer(status).verdict == Verdict::kShorten);
  }

  TEST_CASE("a webhook that is gone, forbidden or elsewhere refuses for good") {
    for (const long status : {301, 302, 401, 403, 404, 405, 410}) {
      CAPTURE(status);
      CHECK(JudgeAnswer(status).verdict == Verdict::kRejected);
      CHECK(JudgeAnswer(status).reason == FailureReason::kRejected);
    }
  }
}

}  // namespace dialwatch::alerting
