#include "diagnosis/rules/alias_circle.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "diagnosis/dns/links.h"
#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {

std::vector<Finding> AliasCircles(const Situation& situation) {
  std::vector<Finding> findings;
  const auto goes_round = [](const Judgement& judgement) { return CircleIn(judgement).has_value(); };
  for (const DialerCase& dialer : CasesOf(situation)) {
    const auto found = std::find_if(dialer.judgements.begin(), dialer.judgements.end(), goes_round);
    if (found == dialer.judgements.end()) continue;
    Finding finding = FindingOn(dialer.dialer, *found);
    finding.summary = fmt::format("{} has no address: its aliases lead in a circle, {}", dialer.dialer.host,
                                  CircleIn(*found).value_or(""));
    finding.evidence = EvidenceFor(dialer, goes_round);
    finding.advice = {
        fmt::format("let one of these names have an address again; most likely the last that was changed "
                    "in {}",
                    finding.subject.authority)};
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
