#include "diagnosis/rules/state_degraded.h"

#include <fmt/format.h>

#include <utility>

#include "base/count.h"
#include "base/printable.h"

namespace dialwatch::diagnosis {
namespace {

using probes::StateOutcome, probes::StateSample;

EvidenceRow RowOf(const StateSample& state, std::string note) {
  EvidenceRow row;
  row.vantage = base::Printable(state.path, 300);
  row.note = std::move(note);
  return row;
}

Finding Degraded(const StateSample& state) {
  Finding finding;
  finding.summary = fmt::format("dialwatch remembers in memory only, which a restart would forget: {}",
                                base::Printable(state.error, 400));
  std::string note = fmt::format("{} to be written", base::Count(state.waiting, "row"));
  if (state.lost > 0) note += fmt::format(", {} lost", state.lost);
  finding.evidence = {RowOf(state, std::move(note))};
  finding.advice = {"mend what the error names; what waits is then written by itself",
                    "watching and alerting go on meanwhile; do not restart dialwatch before"};
  return finding;
}

Finding SetAside(const StateSample& state) {
  Finding finding;
  const std::string path = base::Printable(state.set_aside, 300);
  finding.summary = fmt::format("dialwatch's database was damaged and is now {}; a new one was begun", path);
  finding.evidence = {RowOf(state, "in use, without what was in the other")};
  finding.advice = {fmt::format("save what can be read of it: sqlite3 {} .recover", path),
                    "look at that disk and at how the machine was last stopped"};
  return finding;
}

}  // namespace

std::vector<Finding> StateDegraded(const Situation& situation) {
  const auto& state = situation.picture.state();
  if (!state) return {};
  const bool degraded = state->outcome == StateOutcome::kDegraded;
  if (!degraded && state->set_aside.empty()) return {};
  std::vector<Finding> findings{degraded ? Degraded(*state) : SetAside(*state)};
  findings.front().since = state->at;
  return findings;
}

}  // namespace dialwatch::diagnosis
