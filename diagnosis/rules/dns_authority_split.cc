#include "diagnosis/rules/dns_authority_split.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "config/expectation.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/evidence.h"
#include "diagnosis/rules/dns_server_astray.h"
#include "diagnosis/zone/evidence.h"
#include "diagnosis/zone/facts.h"
#include "diagnosis/zone/faults.h"

namespace dialwatch::diagnosis {
namespace {

using Strings = std::vector<std::string>;

// Whom the servers of each zone are told to lead here or there; whether one of them is named for it.
struct Told {
  std::set<std::string> dialers;
  bool names_server = false;
};
std::map<std::string, Told> ToldOf(const std::vector<Finding>& findings) {
  std::map<std::string, Told> zones;
  for (const Finding& finding : findings) {
    Told& told = zones[finding.subject.authority];
    told.dialers.insert(finding.affected.begin(), finding.affected.end());
    told.names_server = told.names_server || !finding.subject.server.empty();
  }
  return zones;
}

void TellZone(const Situation& situation, const ZoneView& view, const Told& told, std::vector<Finding>& findings) {
  auto faults = FaultsOf(situation, view);
  if (told.names_server) std::erase_if(faults, [](const ZoneFault& fault) { return fault.of_names; });
  if (faults.empty()) return;
  Finding finding;
  finding.subject.authority = view.newest->zone;
  finding.severity = faults.front().severity;
  finding.since = faults.front().since;
  finding.summary = faults.front().sentence;
  if (faults.size() > 1) finding.summary += fmt::format(" (and {} more)", faults.size() - 1);
  finding.evidence = ServerRows(*view.newest);
  for (std::size_t i = 1; i < faults.size(); ++i) {
    EvidenceRow& row = finding.evidence.emplace_back();
    row.vantage = "zone " + view.newest->zone;
    row.note = faults[i].sentence;
  }
  finding.affected = DialersIn(situation, view.newest->zone);
  if (!told.dialers.empty() && std::ranges::all_of(faults, &ZoneFault::of_names)) {
    std::erase_if(finding.affected, [&](const std::string& dialer) { return !told.dialers.contains(dialer); });
  }
  for (const ZoneFault& fault : faults) {
    if (std::find(finding.advice.begin(), finding.advice.end(), fault.advice) == finding.advice.end()) {
      finding.advice.push_back(fault.advice);
    }
  }
  findings.push_back(std::move(finding));
}

// The answer sets that the servers give of one name and type, and the first judgement of each.
std::vector<const Judgement*> WordsOf(const DialerCase& dialer, RecordType type) {
  std::vector<const Judgement*> words;
  std::set<Strings> seen;
  for (const Judgement& judgement : dialer.judgements) {
    const DnsSample& sample = *judgement.sample;
    if (!IsAuthority(judgement) || sample.type != type || !IsAuthoritative(sample)) continue;
    if (seen.insert(AnswerSet(sample)).second) words.push_back(&judgement);
  }
  return words;
}

// Servers may give parts of a set, or what is near, where `expect` says so.
bool IsMeant(const DialerCase& dialer, RecordType type, const std::vector<const Judgement*>& words) {
  const config::Expectation expectation(dialer.dialer, type);
  return dialer.dialer.expect_mode != config::ExpectMode::kExact &&
         std::all_of(words.begin(), words.end(),
                     [&](const Judgement* word) { return expectation.Meets(AnswerSet(*word->sample)); });
}

// The servers have the same version by now, and were asked for the name before.
bool IsPast(const ZoneView& view, const std::vector<const Judgement*>& words) {
  return view.serials_agree_since && std::any_of(words.begin(), words.end(), [&](const Judgement* word) {
           return word->sample->at < *view.serials_agree_since;
         });
}

void TellName(const Situation& situation, const DialerCase& dialer, std::vector<Finding>& findings) {
  for (const RecordType type : dialer.dialer.types) {
    const auto words = WordsOf(dialer, type);
    if (words.size() < 2 || IsMeant(dialer, type, words)) continue;
    Strings texts;
    for (const Judgement* word : words) {
      texts.push_back(
          fmt::format("{} gives {}", word->sample->via.server.ToString(config::kDnsPort), AnswerText(*word->sample)));
    }
    const std::string& zone = words.front()->sample->via.name;
    const ZoneView* view = situation.picture.FindZone(zone);
    Finding finding;
    finding.subject.dialer = dialer.dialer.name;
    finding.subject.authority = zone;
    const bool heals = view != nullptr && (IsOnTheWay(situation, *view) || IsPast(*view, words));
    finding.severity = heals ? Severity::kInfo : Severity::kWarning;
    finding.since = words.back()->sample->at;
    finding.summary =
        fmt::format("the servers of {} do not agree on {}: {}", zone, dialer.dialer.host, Enumerate(texts));
    if (view != nullptr && view->serials_differ_since) finding.summary += "; " + SerialText(*view->newest);
    finding.evidence =
        EvidenceFor(dialer, [&](const Judgement& each) { return IsAuthority(each) && each.sample->type == type; });
    finding.affected = {dialer.dialer.name};
    finding.advice = {fmt::format("bring all servers of {} to one version: see whether the zone transfer fails", zone),
                      "until then resolvers give one answer or the other, and none of them is to blame"};
    findings.push_back(std::move(finding));
    return;  // one for all types of a dialer
  }
}

}  // namespace

std::vector<Finding> DnsAuthoritySplit(const Situation& situation) {
  auto findings = ServersAstray(situation);
  const auto named = ToldOf(findings);
  for (const DialerCase& dialer : CasesOf(situation)) {
    const bool is_told =
        std::ranges::any_of(named, [&](const auto& zone) { return zone.second.dialers.contains(dialer.dialer.name); });
    if (!is_told) TellName(situation, dialer, findings);
  }
  auto told = ToldOf(findings);
  for (const auto& [name, view] : situation.picture.zones()) TellZone(situation, view, told[name], findings);
  return findings;
}

}  // namespace dialwatch::diagnosis
