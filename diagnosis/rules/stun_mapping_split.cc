#include "diagnosis/rules/stun_mapping_split.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "diagnosis/rules/stun_words.h"
#include "diagnosis/stun/mapping.h"

namespace dialwatch::diagnosis {
namespace {

using Kind = MappingVerdict::Kind;
using Ground = MappingVerdict::Ground;

std::string NoteOf(const StunSample& sample, std::string note) {
  const std::string leads = LeadsThere(sample);
  if (leads.empty()) return note;
  return fmt::format("{}{}resolved by {}", note, note.empty() ? "" : ", ", leads);
}

Finding NewFinding(const Situation& situation, const StunRound& wrong, const StunRound& others, const char* note) {
  Finding finding;
  finding.since = wrong.front()->at;
  finding.affected = AllDialers(situation.settings);
  for (const StunSample* sample : wrong) finding.evidence.push_back(RowOf(*sample, NoteOf(*sample, note)));
  for (std::size_t i = 0; i < std::min(others.size(), kMostOthers); ++i) {
    finding.evidence.push_back(RowOf(*others[i], NoteOf(*others[i], "")));
  }
  return finding;
}

Finding TellUnknown(const Situation& situation, const StunRound& round) {
  Finding finding = NewFinding(situation, round, {}, "differs");
  finding.severity = Severity::kWarning;
  finding.summary =
      fmt::format("STUN servers disagree about our address, and nothing tells which is right: {}", Said(round));
  finding.advice = {
      "set `expect_mapped` to your public address, or add a third STUN server: then the wrong one is named", kListBoth};
  return finding;
}

// "telnyx and twilio"; of many the first few.
std::string ServersOf(const StunRound& round) {
  std::set<std::string> servers;
  for (const StunSample* sample : round) {
    if (servers.size() < kMostOthers) servers.insert(sample->server);
  }
  return Enumerate({servers.begin(), servers.end()});
}

// "telnyx", or "telnyx at 192.0.2.66 (resolved by google)" where it is right at another address.
std::string WhereText(const StunSample& sample, const StunRound& right) {
  const bool in_part =
      std::any_of(right.begin(), right.end(), [&](const StunSample* each) { return each->server == sample.server; });
  if (!in_part) return sample.server;
  const std::string leads = LeadsThere(sample);
  return fmt::format("{} at {}{}", sample.server, sample.address.address.ToString(),
                     leads.empty() ? "" : fmt::format(" (resolved by {})", leads));
}

// `wrong`: of one server.
Finding TellServer(const Situation& situation, const MappingVerdict& verdict, const StunRound& wrong) {
  const StunSample& first = *wrong.front();
  const auto says = first.mapped->address;
  const std::string ground = GroundText(verdict.ground, verdict.right, situation.settings, says.is_v6());
  const bool sure = IsSure(verdict.ground);
  Finding finding = NewFinding(situation, wrong, verdict.right, sure ? "wrong" : "differs");
  finding.severity = sure ? Severity::kCritical : Severity::kWarning;
  finding.subject.server = first.server;
  finding.summary = fmt::format("STUN server {} tells callers {} address: {}, while {}",
                                WhereText(first, verdict.right), sure ? "a wrong" : "another", says.ToString(), ground);
  if (verdict.ground == Ground::kMajority) finding.summary += fmt::format(" ({})", ServersOf(verdict.right));
  finding.advice = {
      fmt::format("take {} out of the webphones' and Asterisk's STUN servers: whoever asks it is not heard",
                  first.server),
      fmt::format("see whether the name {} leads to the right machine: look at its DNS first", first.host)};
  if (verdict.ground != Ground::kExpected) {
    finding.advice.insert(sure ? finding.advice.end() : finding.advice.begin(), kListBoth);
  }
  return finding;
}

// One finding a subject: what the other family shows is added to it.
void Merge(Finding finding, std::vector<Finding>& findings) {
  const auto same = std::find_if(findings.begin(), findings.end(),
                                 [&](const Finding& each) { return each.subject == finding.subject; });
  if (same == findings.end()) return findings.push_back(std::move(finding));
  same->severity = std::max(same->severity, finding.severity);
  std::move(finding.evidence.begin(), finding.evidence.end(), std::back_inserter(same->evidence));
}

}  // namespace

std::vector<Finding> StunMappingSplit(const Situation& situation) {
  std::vector<Finding> findings;
  for (const MappingVerdict& verdict : situation.mappings) {
    if (verdict.kind != Kind::kSplit) continue;
    if (verdict.wrong.empty()) {
      Merge(TellUnknown(situation, verdict.round), findings);
      continue;
    }
    std::map<std::string, StunRound> by_server;
    for (const StunSample* sample : verdict.wrong) by_server[sample->server].push_back(sample);
    for (const auto& [server, wrong] : by_server) Merge(TellServer(situation, verdict, wrong), findings);
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
