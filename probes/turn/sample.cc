#include "probes/turn/sample.h"

#include <fmt/format.h>

#include "base/names.h"
#include "base/printable.h"

namespace dialwatch::probes {

std::string OutcomeText(const TurnSample& sample) {
  std::string text(base::NameOf(sample.outcome));
  if (sample.outcome == TurnOutcome::kRelayed) return text;
  if (sample.error_code != 0) text += fmt::format(" {}", sample.error_code);
  const bool goes_without_saying = sample.outcome == TurnOutcome::kNoData && sample.step == TurnStep::kData;
  if (!goes_without_saying) text += fmt::format(" at {}", base::NameOf(sample.step));
  if (!sample.error.empty()) text += ": " + base::Printable(sample.error, 200);
  return text;
}

}  // namespace dialwatch::probes
