#include "daemon/conclusion.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/printable.h"
#include "daemon/reports/call_report.h"
#include "daemon/reports/media_report.h"
#include "diagnosis/dns/answer.h"
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

// The incident that the finding is at the root of; null: none.
const diagnosis::Incident* IncidentOf(const Snapshot& snapshot, const Finding& finding) {
  const auto is_it = [&](const diagnosis::Incident& incident) {
    return std::ranges::find(incident.findings, finding.id, &Finding::id) != incident.findings.end();
  };
  const auto found = std::ranges::find_if(snapshot.incidents, is_it);
  return found == snapshot.incidents.end() ? nullptr : &*found;
}

bool ResolversHeldBack(const Snapshot& snapshot) {
  const auto& judgements = snapshot.judgements;
  return std::any_of(judgements.begin(), judgements.end(),
                     [](const Judgement& judgement) { return judgement.verdict == Verdict::kUnexpected; }) &&
         std::all_of(judgements.begin(), judgements.end(), diagnosis::IsAuthority);
}

using Judgements = std::vector<const Judgement*>;

template <typename Is>
Judgements Those(const Snapshot& snapshot, const Is& is) {
  Judgements those;
  for (const Judgement& judgement : snapshot.judgements) {
    if (is(judgement)) those.push_back(&judgement);
  }
  return those;
}

bool Answered(const Judgement& judgement) {
  return !diagnosis::Fails(*judgement.sample);
}

// "google (8.8.8.8): timeout; quad9 (9.9.9.9): REFUSED"
std::string Enumerate(const Judgements& judgements) {
  constexpr std::size_t kMost = 3;
  std::string text;
  for (std::size_t i = 0; i < judgements.size() && i < kMost; ++i) {
    const probes::DnsSample& sample = *judgements[i]->sample;
    const std::string why = sample.error.empty() ? "" : fmt::format(" ({})", base::Printable(sample.error, 80));
    text += fmt::format("{}{}: {}{}", i == 0 ? "" : "; ", sample.via.ToString(), diagnosis::AnswerText(sample), why);
  }
  return judgements.size() > kMost ? fmt::format("{}; and {} more", text, judgements.size() - kMost) : text;
}

constexpr const char* kAskAgain = "ask again with --count 3: one look cannot tell what lasts from what passes";

// What is known of trains and calls.
void AddAudio(const Snapshot& snapshot, Conclusion& conclusion) {
  const auto& dialers = snapshot.settings->dialers;
  if (dialers.empty()) return;
  for (const auto sum_up : {SumUpMedia, SumUpCalls}) {
    const MediaSentence sentence = sum_up(snapshot, dialers.front().name);
    if (!sentence.text.empty()) conclusion.text += " " + sentence.text;
    if (!sentence.well && conclusion.first.empty()) conclusion.first = kAskAgain;
  }
}

Conclusion WithoutFinding(const Snapshot& snapshot) {
  const Judgements odd = Those(snapshot, [](const Judgement& each) { return each.verdict != Verdict::kOk; });
  const std::size_t all = snapshot.judgements.size();
  Conclusion conclusion;
  if (all > 0 && odd.empty()) {
    conclusion.text = fmt::format("All {} answers agree.", all);
  } else if (Those(snapshot, Answered).empty()) {
    conclusion.text = "Nobody answers: it may well be this machine's own network.";
    conclusion.first = "see whether this machine gets through to port 53 of anybody, over UDP and over TCP";
  } else if (Those(snapshot, [](const Judgement& each) { return IsAuthority(each) && Answered(each); }).empty()) {
    conclusion.text = "No authoritative server answers, so there is nothing to hold the resolvers' answers against.";
    conclusion.first = "see that the name is right; where it is, name its servers in [[authority]]";
  } else {
    conclusion.text = fmt::format("{} of {} answers are right; not so {}.", all - odd.size(), all, Enumerate(odd));
    conclusion.first = kAskAgain;
  }
  AddAudio(snapshot, conclusion);
  return conclusion;
}

}  // namespace

Conclusion Conclude(const Snapshot& snapshot) {
  const Finding* finding = MainFinding(snapshot);
  if (finding == nullptr) return WithoutFinding(snapshot);
  Conclusion conclusion;
  conclusion.finding = finding;
  const diagnosis::Incident* incident = IncidentOf(snapshot, *finding);
  // the incident's sentence says more: what callers notice stands at its front
  const bool one = incident != nullptr && incident->findings.size() == 1;
  conclusion.text = (one ? incident->summary : finding->summary) + ".";
  if (incident != nullptr) conclusion.confidence = Sentence(incident->confidence);
  if (ResolversHeldBack(snapshot)) {
    conclusion.text += " No resolver was asked for it: our question would put that answer into its cache.";
  }
  if (!finding->advice.empty()) conclusion.first = finding->advice.front();
  if (finding->severity == config::Severity::kInfo) AddAudio(snapshot, conclusion);
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
