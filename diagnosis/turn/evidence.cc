#include "diagnosis/turn/evidence.h"

#include <fmt/format.h>

#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {

using probes::TurnSample;
using probes::TurnStep;

EvidenceRow RowOf(const TurnSample& sample) {
  EvidenceRow row;
  row.vantage = "turn " + sample.server;
  if (sample.step > TurnStep::kResolve) row.vantage += fmt::format(" ({})", sample.address.ToString());
  if (sample.relayed) row.answer = sample.relayed->ToString();
  if (sample.rtt) row.rtt_ms = Milliseconds(*sample.rtt);
  row.note = OutcomeText(sample);
  row.stance = sample.outcome == probes::TurnOutcome::kRelayed ? Stance::kGood : Stance::kBad;
  if (sample.out.sent + sample.back.sent > 0) {
    *row.note += fmt::format("; {} of {} packets went out, {} of {} came back", sample.out.arrived, sample.out.sent,
                             sample.back.arrived, sample.back.sent);
  }
  if (!sample.resolved_via.empty()) *row.note += "; resolved by " + Enumerate(sample.resolved_via);
  if (sample.works_at) {
    *row.note += fmt::format("; works at {}, resolved by {}", sample.works_at->address.ToString(),
                             Enumerate(sample.works_at->resolved_via));
  }
  return row;
}

std::string Resolve(const std::vector<std::string>& resolvers) {
  return fmt::format("{} {}", Enumerate(resolvers), resolvers.size() == 1 ? "resolves" : "resolve");
}

}  // namespace dialwatch::diagnosis
