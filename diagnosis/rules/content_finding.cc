#include "diagnosis/rules/content_finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/host_name.h"
#include "config/expectation.h"
#include "diagnosis/advice.h"
#include "diagnosis/dns/answer.h"
#include "probes/dns/extended_error.h"

namespace dialwatch::diagnosis {
namespace {

using Group = std::vector<const Judgement*>;

// The wrong samples of one dialer by the name of whom was asked: a resolver, or an authority's zone.
std::map<std::string, Group> ByVia(const DialerCase& dialer, Verdict verdict) {
  std::map<std::string, Group> groups;
  for (const Judgement& judgement : dialer.judgements) {
    if (judgement.verdict == verdict) groups[judgement.sample->via.name].push_back(&judgement);
  }
  return groups;
}

// A confirmed one speaks for the others, of these the copy that lives the longest.
const Judgement& WorstOf(const Group& wrong) {
  return **std::max_element(wrong.begin(), wrong.end(), [](const Judgement* a, const Judgement* b) {
    return std::tie(a->confirmed, a->eta) < std::tie(b->confirmed, b->eta);
  });
}

TimePoint EarliestOf(const Group& wrong) {
  TimePoint earliest = wrong.front()->sample->at;
  for (const Judgement* judgement : wrong) earliest = std::min(earliest, judgement->sample->at);
  return earliest;
}

// What all sightings say beyond the one sample: how sure it is, how far it is spread, how long it lasts.
void AddSpread(const Judgement& worst, Finding& finding) {
  if (!worst.confirmed) {
    finding.severity = Severity::kInfo;
    if (worst.spread) {
      finding.summary += worst.spread->answers == 1 ? "; seen once, so perhaps an odd reply"
                                                    : fmt::format("; seen in {} of {} answers, so perhaps an odd reply",
                                                                  worst.spread->wrong, worst.spread->answers);
    }
  } else if (worst.spread) {
    finding.spread = worst.spread;
    const std::string spread = worst.spread->ToString();
    if (finding.eta) finding.eta = std::max(finding.eta, worst.spread->until);
    if (!spread.empty()) {
      finding.summary += "; " + spread;
      EvidenceRow row;
      row.vantage = finding.subject.resolver + ", all answers";
      row.note = spread;
      finding.evidence.insert(finding.evidence.begin(), std::move(row));
    }
  }
}

}  // namespace

std::string Exhibit::answer() const {
  return AnswerText(sample());
}

const NameView& Exhibit::name() const {
  return *situation.picture.Find({sample().host, sample().type});
}

std::string Exhibit::reference() const {
  const Reference now = ReferenceOf(name());
  const HistoryEntry* last_word = name().history.Newest();
  if (now.known() || last_word == nullptr) return ReferenceText(now);
  return AnswerText(last_word->answers);
}

std::string Exhibit::WhatIsRight() const {
  if (const std::string right = reference(); !right.empty()) return "the authority gives " + right;
  return config::Expectation(dialer(), sample().type).ToString() + " is expected";
}

std::string Exhibit::Denial() const {
  if (sample().rcode == probes::kRcodeNxDomain) return fmt::format("{} does not exist (NXDOMAIN)", host());
  return fmt::format("{} has no {} record (NODATA)", host(), base::FormatRecordType(sample().type));
}

std::string Exhibit::ExtendedErrors() const {
  std::string text;
  for (const auto& error : sample().extended_errors) text += (text.empty() ? "" : ", ") + ExtendedErrorText(error);
  return text;
}

std::string Exhibit::OtherAuthority() const {
  return control() == Control::kWrong ? "; it sees another authority than we do" : "";
}

std::string Exhibit::Zone() const {
  if (!name().authorities.empty()) return name().authorities.front().newest->via.name;
  std::string zone;
  for (const auto& [each, view] : situation.picture.zones()) {
    if (each.size() > zone.size() && base::IsWithinZone(host(), each)) zone = each;
  }
  return zone;
}

std::vector<Finding> FindVerdict(const Situation& situation, Verdict verdict, Sentence sentence, Advice advice) {
  std::vector<Finding> findings;
  for (const DialerCase& dialer : CasesOf(situation)) {
    for (const auto& [via, wrong] : ByVia(dialer, verdict)) {
      const Judgement& worst = WorstOf(wrong);
      const Exhibit exhibit{situation, dialer, worst};
      Finding finding;
      finding.subject.dialer = dialer.dialer.name;
      (IsAuthority(worst) ? finding.subject.authority : finding.subject.resolver) = via;
      finding.since = EarliestOf(wrong);
      finding.summary = sentence(exhibit);
      finding.evidence = EvidenceFor(dialer, [&, &name = via](const Judgement& judgement) {
        return judgement.verdict == verdict && judgement.sample->via.name == name;
      });
      const auto ports = PortEvidence(situation.picture, dialer.dialer.name, AnswersOf(*worst.sample));
      finding.evidence.insert(finding.evidence.end(), ports.begin(), ports.end());
      finding.affected = {dialer.dialer.name};
      finding.eta = worst.eta;
      finding.advice = advice(exhibit);
      if (NeedsConfirmation(verdict)) AddSpread(worst, finding);
      const bool spread = NeedsConfirmation(verdict) && worst.spread;
      finding.summary += LifeLeft(finding.eta, situation.now, spread ? worst.spread->copies : 1);
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

std::vector<std::string> AdviseOnWrongAnswer(const Exhibit& exhibit) {
  const Settings& settings = exhibit.situation.settings;
  const Control control = exhibit.control();
  if (control == Control::kWrong) {
    return AdviceOnOtherAuthority(exhibit.via(), exhibit.Zone(), exhibit.dialer_case, settings);
  }
  auto advice = AdviceOnWrongCopy(exhibit.via(), exhibit.dialer_case, settings);
  if (control == Control::kRight) {
    advice.front() +=
        fmt::format(": names of {} that no cache can hold are right there, so it is the copy", exhibit.Zone());
  }
  return advice;
}

}  // namespace dialwatch::diagnosis
