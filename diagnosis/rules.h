#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "diagnosis/dns/judgement.h"
#include "diagnosis/finding.h"
#include "diagnosis/picture.h"
#include "diagnosis/stun/mapping.h"

namespace dialwatch::diagnosis {

// What a rule looks at. References are valid for the call only.
struct Situation {
  const Picture& picture;
  const Settings& settings;
  const std::vector<Judgement>& judgements;
  const std::vector<MappingVerdict>& mappings;
  TimePoint now;
};

// A rule is pure: the same situation gives the same findings. It fills in what it saw; id, rule and severity come from
// its row of the table (a rule may lower the severity, not raise it). Finding::since is its best guess: the Analyst
// keeps the first sight.
using Rule = std::vector<Finding> (*)(const Situation&);

// One row of the table that is also docs/findings.md.
struct RuleEntry {
  std::string_view id;
  Severity severity;
  std::string_view meaning;  // one sentence
  Rule rule;
};
std::span<const RuleEntry> Rules();

// Runs all rules. Where the vantage point is blind, only what this machine's own files say is told beside that: all
// else is unknown, never down.
std::vector<Finding> RunRules(const Situation& situation);

}  // namespace dialwatch::diagnosis
