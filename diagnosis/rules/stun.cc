#include "diagnosis/rules/stun.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/printable.h"
#include "diagnosis/evidence.h"
#include "diagnosis/standing.h"
#include "diagnosis/tally.h"

namespace dialwatch::diagnosis {
namespace {

using base::IpAddress;

EvidenceRow RowOf(const StunSample& sample, std::string note) {
  EvidenceRow row;
  row.vantage = "stun " + sample.server;
  if (sample.outcome != probes::StunOutcome::kUnresolved)
    row.vantage += fmt::format(" ({})", sample.address.ToString());
  if (sample.mapped) row.answer = sample.mapped->ToString();
  if (sample.rtt) row.rtt_ms = static_cast<double>(sample.rtt->count()) / 1000;
  if (!note.empty()) row.note = std::move(note);
  return row;
}

std::string OutcomeText(const StunSample& sample) {
  std::string text(FormatStunOutcome(sample.outcome));
  if (sample.error_code != 0) text += fmt::format(" {}", sample.error_code);
  if (!sample.error.empty()) text += ": " + base::Printable(sample.error, 80);
  return text;
}

// The mapped samples of one family of one round, by server.
using Round = std::vector<const StunSample*>;

// The round of a family to compare: of the last two the one that more servers answered, else the newer. A round under
// way has but some of its samples, and who lies may come last.
Round ComparableRound(const Picture& picture, bool v6) {
  std::map<std::uint64_t, Round> rounds;
  for (const auto& [server, series] : picture.stun()) {
    for (const auto& sample : {series.newest, series.before}) {
      if (sample && sample->mapped && sample->mapped->address.is_v6() == v6)
        rounds[sample->round].push_back(sample.get());
    }
  }
  const auto rank = [](const auto& round) { return std::pair(round.second.size(), round.second.front()->at); };
  const auto best =
      std::max_element(rounds.begin(), rounds.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return best == rounds.end() ? Round{} : best->second;
}

// The addresses that we are expected to have in this family; empty: any.
std::set<IpAddress> ExpectedOf(const Settings& settings, bool v6) {
  std::set<IpAddress> expected;
  for (const IpAddress& address : settings.vantage.expect_mapped) {
    if (address.is_v6() == v6) expected.insert(address);
  }
  return expected;
}

// The addresses that are taken for right: those expected if anyone saw them, else the one that most servers saw. Empty
// where that is not to be told.
std::set<IpAddress> RightOnes(const Round& round, const std::set<IpAddress>& expected) {
  std::map<IpAddress, std::size_t> votes;
  for (const StunSample* sample : round) ++votes[sample->mapped->address];
  const bool seen =
      std::any_of(votes.begin(), votes.end(), [&](const auto& vote) { return expected.contains(vote.first); });
  if (seen) return expected;
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto most = std::max_element(votes.begin(), votes.end(), fewer);
  if (most == votes.end() || 2 * most->second <= round.size()) return {};
  return {most->first};
}

std::string Saw(const Round& round) {
  std::vector<std::string> texts;
  for (const StunSample* sample : round) {
    texts.push_back(fmt::format("{} says {}", sample->server, sample->mapped->address.ToString()));
  }
  return Enumerate(texts);
}

Finding Split(const Situation& situation, const Round& wrong, const Round& round) {
  const auto is_wrong = [&](const StunSample* sample) {
    return std::find(wrong.begin(), wrong.end(), sample) != wrong.end();
  };
  Round others;
  std::copy_if(round.begin(), round.end(), std::back_inserter(others),
               [&](const auto* each) { return !is_wrong(each); });
  Finding finding;
  finding.since = round.front()->at;
  finding.affected = AllDialers(situation.settings);
  for (const StunSample* sample : wrong)
    finding.evidence.push_back(RowOf(*sample, others.empty() ? "differs" : "wrong"));
  for (const StunSample* sample : others) finding.evidence.push_back(RowOf(*sample, ""));
  if (others.empty()) {
    finding.summary = fmt::format("STUN servers disagree about our address: {}; one of them is wrong", Saw(round));
    finding.advice = {
        "set `expect_mapped` to your public address, or add a third STUN server: then the wrong one is named"};
  } else {
    finding.subject.server = wrong.front()->server;
    finding.summary = fmt::format("STUN server {} tells callers a wrong address: {}, while {}", wrong.front()->server,
                                  wrong.front()->mapped->address.ToString(), Saw(others));
    finding.advice = {
        fmt::format("take {} out of the webphones' and Asterisk's STUN servers", wrong.front()->server),
        fmt::format("see whether the name {} leads to the right machine: look at its DNS first", wrong.front()->host)};
  }
  return finding;
}

void FindSplits(const Situation& situation, bool v6, std::vector<Finding>& findings) {
  const Round round = ComparableRound(situation.picture, v6);
  const auto expected = ExpectedOf(situation.settings, v6);
  const bool agree = std::all_of(round.begin(), round.end(), [&](const StunSample* sample) {
    return sample->mapped->address == round.front()->mapped->address;
  });
  if (agree) return;
  const auto right = RightOnes(round, expected);
  if (right.empty()) return findings.push_back(Split(situation, round, round));
  for (const StunSample* sample : round) {
    if (!right.contains(sample->mapped->address)) findings.push_back(Split(situation, {sample}, round));
  }
}

}  // namespace

std::vector<Finding> StunDown(const Situation& situation) {
  std::vector<Finding> findings;
  const bool network_works = StunWorks(situation.picture) || DnsWorks(situation.picture);
  for (const auto& [server, series] : situation.picture.stun()) {
    if (series.failures < kRunning || !network_works) continue;
    Finding finding;
    finding.subject.server = server;
    finding.since = series.failing_since;
    finding.summary = fmt::format("STUN server {} ({}) gives no address since {} ({})", server, series.newest->host,
                                  base::FormatClock(finding.since), OutcomeText(*series.newest));
    finding.evidence.push_back(RowOf(*series.newest, OutcomeText(*series.newest)));
    for (const auto& [other, its] : situation.picture.stun()) {
      if (other != server) finding.evidence.push_back(RowOf(*its.newest, OutcomeText(*its.newest)));
    }
    finding.affected = AllDialers(situation.settings);
    finding.advice = {
        fmt::format("use another of the carrier's STUN servers in webphones and Asterisk until {} is back", server),
        "see whether its operator reports an outage, and whether UDP to it is open here"};
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> StunMappingSplit(const Situation& situation) {
  std::vector<Finding> findings;
  for (const bool v6 : {false, true}) FindSplits(situation, v6, findings);
  return findings;
}

std::vector<Finding> StunMappingUnexpected(const Situation& situation) {
  std::vector<Finding> findings;
  for (const auto& [server, series] : situation.picture.stun()) {
    if (!series.newest->mapped) continue;
    const IpAddress& address = series.newest->mapped->address;
    const auto expected = ExpectedOf(situation.settings, address.is_v6());
    if (expected.empty() || expected.contains(address)) continue;
    std::vector<std::string> texts;
    texts.reserve(expected.size());
    for (const IpAddress& each : expected) texts.push_back(each.ToString());
    Finding finding;
    finding.subject.server = server;
    finding.since = series.newest->at;
    finding.summary = fmt::format("STUN server {} sees us at {}, where {} is expected", server, address.ToString(),
                                  fmt::format("{}", fmt::join(texts, " or ")));
    finding.evidence.push_back(RowOf(*series.newest, "unexpected"));
    for (const auto& [other, its] : situation.picture.stun()) {
      if (other != server) finding.evidence.push_back(RowOf(*its.newest, OutcomeText(*its.newest)));
    }
    finding.affected = AllDialers(situation.settings);
    finding.advice = {"see whether this office's line or NAT has changed: if it is meant, correct `expect_mapped`",
                      "if only this server says so, take it out of the webphones' and Asterisk's STUN servers"};
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
