#include "alerting/verdict.h"

namespace dialwatch::alerting {
namespace {

Judged JudgeStatus(long status) {
  if (status >= 200 && status < 300) return {Verdict::kDelivered};
  if (status == 429) return {Verdict::kRetry, FailureReason::kRateLimited};
  if (status == 408 || status == 425 || status >= 500) return {Verdict::kRetry, FailureReason::kServer};
  if (status == 400 || status == 413) return {Verdict::kShorten, FailureReason::kRejected};
  return {Verdict::kRejected, FailureReason::kRejected};
}

}  // namespace

Judged Judge(const HttpOutcome& outcome) {
  switch (outcome.kind) {
    case HttpOutcome::Kind::kAnswered:
      return JudgeStatus(outcome.status);
    case HttpOutcome::Kind::kTimeout:
      return {Verdict::kRetry, FailureReason::kTimeout};
    case HttpOutcome::Kind::kNetwork:
      return {Verdict::kRetry, FailureReason::kNetwork};
    case HttpOutcome::Kind::kBadUrl:
      return {Verdict::kRetry, FailureReason::kSecret};
  }
  return {Verdict::kRetry, FailureReason::kNetwork};
}

}  // namespace dialwatch::alerting
