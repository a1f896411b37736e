#include "diagnosis/rules/stun_mapping_split.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "diagnosis/rules/stun_words.h"
#include "diagnosis/stun_mapping.h"

namespace dialwatch::diagnosis {
namespace {

using Kind = MappingVerdict::Kind;

constexpr const char* kListBoth =
    "if both addresses are yours (two lines, a pool), list both in `expect_mapped`: then it is no split";

StunRound Without(const StunRound& round, const StunRound& those) {
  StunRound rest;
  std::copy_if(round.begin(), round.end(), std::back_inserter(rest),
               [&](const StunSample* each) { return std::find(those.begin(), those.end(), each) == those.end(); });
  return rest;
}

std::string NoteOf(const StunSample& sample, std::string note) {
  const std::string leads = LeadsThere(sample);
  if (leads.empty()) return note;
  return fmt::format("{}{}given by {}", note, note.empty() ? "" : ", ", leads);
}

Finding NewFinding(const Situation& situation, const StunRound& wrong, const StunRound& others, const char* note) {
  Finding finding;
  finding.since = wrong.front()->at;
  finding.affected = AllDialers(situation.settings);
  for (const StunSample* sample : wrong) finding.evidence.push_back(RowOf(*sample, NoteOf(*sample, note)));
  for (const StunSample* sample : others) finding.evidence.push_back(RowOf(*sample, NoteOf(*sample, "")));
  return finding;
}

Finding TellUnknown(const Situation& situation, const StunRound& round) {
  Finding finding = NewFinding(situation, round, {}, "differs");
  finding.summary = fmt::format("STUN servers disagree about our address: {}; one of them is wrong", Said(round));
  finding.advice = {
      "set `expect_mapped` to your public address, or add a third STUN server: then the wrong one is named", kListBoth};
  return finding;
}

// `wrong`: of one server.
Finding TellServer(const Situation& situation, const StunRound& wrong, const StunRound& right) {
  const StunSample& first = *wrong.front();
  const bool in_part =
      std::any_of(right.begin(), right.end(), [&](const StunSample* each) { return each->server == first.server; });
  const std::string leads = LeadsThere(first);
  Finding finding = NewFinding(situation, wrong, right, "wrong");
  finding.subject.server = first.server;
  finding.summary =
      fmt::format("STUN server {} tells callers a wrong address{}: {}, while {}", first.server,
                  !in_part        ? ""
                  : leads.empty() ? fmt::format(" at {}", first.address.address.ToString())
                                  : fmt::format(" at {} (given by {})", first.address.address.ToString(), leads),
                  first.mapped->address.ToString(), Said(right));
  finding.advice = {
      fmt::format("take {} out of the webphones' and Asterisk's STUN servers", first.server),
      fmt::format("see whether the name {} leads to the right machine: look at its DNS first", first.host)};
  if (situation.settings.vantage.expect_mapped.empty()) finding.advice.emplace_back(kListBoth);
  return finding;
}

// One finding a subject: what the other family shows is added to it.
void Merge(Finding finding, std::vector<Finding>& findings) {
  const auto same = std::find_if(findings.begin(), findings.end(),
                                 [&](const Finding& each) { return each.subject == finding.subject; });
  if (same == findings.end()) return findings.push_back(std::move(finding));
  std::move(finding.evidence.begin(), finding.evidence.end(), std::back_inserter(same->evidence));
}

}  // namespace

std::vector<Finding> StunMappingSplit(const Situation& situation) {
  std::vector<Finding> findings;
  for (const MappingVerdict& verdict : JudgeMappings(situation.picture, situation.settings)) {
    if (verdict.kind != Kind::kSplit) continue;
    if (verdict.wrong.empty()) {
      Merge(TellUnknown(situation, verdict.round), findings);
      continue;
    }
    std::map<std::string, StunRound> by_server;
    for (const StunSample* sample : verdict.wrong) by_server[sample->server].push_back(sample);
    const StunRound right = Without(verdict.round, verdict.wrong);
    for (const auto& [server, wrong] : by_server) Merge(TellServer(situation, wrong, right), findings);
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
