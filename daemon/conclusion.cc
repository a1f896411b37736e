#include "daemon/conclusion.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/count.h"
#include "diagnosis/evidence.h"

namespace dialwatch::daemon {
namespace {

using diagnosis::Finding;
using diagnosis::Judgement;
using diagnosis::Snapshot;
using diagnosis::Verdict;

// The cause of the worst incident speaks first: its symptoms follow from it.
const Finding* MainFinding(const Snapshot& snapshot) {
  std::set<std::string> causes;
  for (const diagnosis::Incident& incident : snapshot.incidents) causes.insert(incident.cause);
  const auto weight = [&](const Finding& finding) {
    return std::pair(finding.severity, causes.contains(finding.rule));
  };
  const auto& findings = snapshot.findings;
  const auto most = std::max_element(findings.begin(), findings.end(),
                                     [&](const Finding& a, const Finding& b) { return weight(a) < weight(b); });
  return most == findings.end() ? nullptr : &*most;
}

bool ResolversHeldBack(const Snapshot& snapshot) {
  const auto& judgements = snapshot.judgements;
  return std::any_of(judgements.begin(), judgements.end(),
                     [](const Judgement& judgement) { return judgement.verdict == Verdict::kUnexpected; }) &&
         std::all_of(judgements.begin(), judgements.end(), diagnosis::IsAuthority);
}

Conclusion WithoutFinding(const Snapshot& snapshot) {
  const auto& judgements = snapshot.judgements;
  const auto count = [&](const auto& is) {
    return static_cast<std::size_t>(std::count_if(judgements.begin(), judgements.end(), is));
  };
  const std::size_t well = count([](const Judgement& each) { return each.verdict == Verdict::kOk; });
  Conclusion conclusion;
  if (judgements.empty()) {
    conclusion.text = "Nobody was asked.";
  } else if (well == judgements.size()) {
    conclusion.text = fmt::format("All {} answers agree.", well);
  } else {
    conclusion.text = fmt::format("{} of {} are well, and of the others too little is known.", well,
                                  base::Count(judgements.size(), "answer"));
    conclusion.first = "ask again with --count 3 to see whether it lasts";
  }
  return conclusion;
}

}  // namespace

Conclusion Conclude(const Snapshot& snapshot) {
  const Finding* finding = MainFinding(snapshot);
  if (finding == nullptr) return WithoutFinding(snapshot);
  Conclusion conclusion;
  conclusion.finding = finding;
  conclusion.text = finding->summary + ".";
  if (ResolversHeldBack(snapshot)) {
    conclusion.text += " No resolver was asked for it: our question would put that answer into its cache.";
  }
  if (!finding->advice.empty()) conclusion.first = finding->advice.front();
  std::set<std::string> told{finding->rule};
  for (const Finding& other : snapshot.findings) {
    if (told.insert(other.rule).second) conclusion.also.push_back(other.rule);
  }
  return conclusion;
}

std::vector<ControlRow> ControlsOf(const Snapshot& snapshot) {
  const bool wrong = std::any_of(snapshot.judgements.begin(), snapshot.judgements.end(),
                                 [](const Judgement& judgement) { return judgement.verdict != Verdict::kOk; });
  const auto& dialers = snapshot.settings->dialers;
  const config::Authority* pin =
      dialers.empty() ? nullptr : config::FindAuthority(*snapshot.settings, dialers.front().host);
  if (!wrong || pin == nullptr) return {};
  std::vector<ControlRow> rows;
  const auto& controls = snapshot.picture.controls();
  for (auto& sample : controls.Newest(pin->zone)) {
    const auto control = controls.At(pin->zone, sample->via.name);
    rows.push_back({std::move(sample), control});
  }
  return rows;
}

std::string_view FormatControl(diagnosis::Control control) {
  switch (control) {
    case diagnosis::Control::kRight:
      return "right";
    case diagnosis::Control::kWrong:
      return "wrong";
    case diagnosis::Control::kUnknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace dialwatch::daemon
