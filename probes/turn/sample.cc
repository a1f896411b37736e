#include "probes/turn/sample.h"

#include <fmt/format.h>

#include "base/printable.h"

namespace dialwatch::probes {

std::string_view FormatTurnOutcome(TurnOutcome outcome) {
  switch (outcome) {
    case TurnOutcome::kRelayed:
      return "relayed";
    case TurnOutcome::kTimeout:
      return "timeout";
    case TurnOutcome::kUnreachable:
      return "unreachable";
    case TurnOutcome::kTlsFailed:
      return "tls-failed";
    case TurnOutcome::kUnauthorized:
      return "unauthorized";
    case TurnOutcome::kQuota:
      return "quota";
    case TurnOutcome::kErrorResponse:
      return "error-response";
    case TurnOutcome::kNoData:
      return "no-data";
    case TurnOutcome::kMalformed:
      return "malformed";
    case TurnOutcome::kUnresolved:
      return "unresolved";
    case TurnOutcome::kBadCredentialFile:
      return "bad-credential-file";
  }
  return "?";
}

std::string_view FormatTurnStep(TurnStep step) {
  switch (step) {
    case TurnStep::kCredentials:
      return "credentials";
    case TurnStep::kResolve:
      return "resolve";
    case TurnStep::kConnect:
      return "connect";
    case TurnStep::kAllocate:
      return "allocate";
    case TurnStep::kPermit:
      return "permit";
    case TurnStep::kData:
      return "data";
    case TurnStep::kBind:
      return "bind";
    case TurnStep::kChannelData:
      return "channel-data";
    case TurnStep::kRefresh:
      return "refresh";
    case TurnStep::kRelease:
      return "release";
  }
  return "?";
}

std::string OutcomeText(const TurnSample& sample) {
  std::string text(FormatTurnOutcome(sample.outcome));
  if (sample.outcome == TurnOutcome::kRelayed) return text;
  if (sample.error_code != 0) text += fmt::format(" {}", sample.error_code);
  const bool goes_without_saying = sample.outcome == TurnOutcome::kNoData && sample.step == TurnStep::kData;
  if (!goes_without_saying) text += fmt::format(" at {}", FormatTurnStep(sample.step));
  if (!sample.error.empty()) text += ": " + base::Printable(sample.error, 200);
  return text;
}

}  // namespace dialwatch::probes
