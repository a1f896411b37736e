#include "daemon/reports/stun_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/count.h"
#include "base/json.h"
#include "base/names.h"
#include "base/printable.h"
#include "daemon/conclusion.h"
#include "daemon/reports/probe_report.h"
#include "daemon/reports/table.h"
#include "diagnosis/evidence.h"
#include "diagnosis/rules/stun_words.h"

namespace dialwatch::daemon {
namespace {

using diagnosis::Snapshot;
using diagnosis::StunJudgement;
using diagnosis::StunVerdict;
using probes::StunSample;

constexpr std::size_t kMostShown = 80;  // of a text from a stranger

const config::Stun& ConfigOf(const Snapshot& snapshot, const std::string& server) {
  const auto& servers = snapshot.settings->stun_servers;
  return *std::find_if(servers.begin(), servers.end(), [&](const config::Stun& each) { return each.name == server; });
}

// Those of the server, or those of all others.
std::vector<const StunJudgement*> Those(const Snapshot& snapshot, const std::string& server, bool of_it) {
  std::vector<const StunJudgement*> those;
  for (const StunJudgement& judgement : snapshot.stun) {
    if ((judgement.sample->server == server) == of_it) those.push_back(&judgement);
  }
  return those;
}

std::string PaintVerdict(StunVerdict verdict, const Terminal& terminal) {
  const auto text = base::NameOf(verdict);
  if (verdict == StunVerdict::kOk) return terminal.Green(text);
  return verdict == StunVerdict::kFailing || verdict == StunVerdict::kDiffers ? terminal.Yellow(text)
                                                                              : terminal.Red(text);
}

std::string NoteText(const StunSample& sample) {
  std::vector<std::string> notes;
  if (!sample.mapped) notes.push_back(diagnosis::OutcomeText(sample));
  if (!sample.srv_target.empty()) notes.push_back("SRV names " + base::Printable(sample.srv_target, kMostShown));
  if (sample.sends > 1) notes.push_back(fmt::format("sent {} times", sample.sends));
  return fmt::format("{}", fmt::join(notes, ", "));
}

void AddRow(Table& table, const StunJudgement& judgement, const Terminal& terminal) {
  const StunSample& sample = *judgement.sample;
  const bool resolved = sample.outcome != probes::StunOutcome::kUnresolved;
  table.Add({resolved ? fmt::format("{} ({})", sample.server, sample.address.ToString()) : sample.server,
             Cell(std::string(base::NameOf(judgement.verdict)), PaintVerdict(judgement.verdict, terminal)),
             sample.mapped ? sample.mapped->ToString() : "",
             sample.rtt ? fmt::format("{:.1f} ms", static_cast<double>(sample.rtt->count()) / 1000) : "",
             std::string(base::NameOf(sample.transport)), fmt::format("{}", fmt::join(sample.resolved_via, " ")),
             NoteText(sample)},
            judgement.verdict != StunVerdict::kOk);
}

// "NAT, says telnyx (192.0.2.80:3478): mapping endpoint-independent, filtering not-measurable; filtering: the server
// refuses …"
std::string NatText(const Snapshot& snapshot, const Terminal& terminal) {
  std::string text;
  for (const StunJudgement& judgement : snapshot.stun) {
    if (!judgement.nat) continue;
    const std::string why = base::Printable(judgement.nat->why, kMostShown);
    text += Wrap(fmt::format("NAT, says {} ({}): {}{}{}", judgement.nat->server, judgement.nat->address.ToString(),
                             diagnosis::NatText(*judgement.nat), why.empty() ? "" : "; ", why),
                 2, 4, terminal.width);
  }
  return text.empty() ? "" : text + "\n";
}

std::string MappedText(const std::vector<const StunJudgement*>& judgements) {
  std::set<std::string> addresses;
  for (const StunJudgement* each : judgements) {
    if (each->sample->mapped) addresses.insert(each->sample->mapped->address.ToString());
  }
  return diagnosis::Enumerate({addresses.begin(), addresses.end()});
}

bool Answers(const StunJudgement* judgement) {
  return judgement->sample->mapped.has_value();
}

// One look at silence makes no finding.
std::optional<Conclusion> Silence(const Snapshot& snapshot, const std::string& server) {
  const auto own = Those(snapshot, server, true);
  const auto silent = std::find_if_not(own.begin(), own.end(), Answers);
  const bool told = std::any_of(snapshot.findings.begin(), snapshot.findings.end(),
                                [&](const diagnosis::Finding& finding) { return finding.subject.server == server; });
  if (silent == own.end() || told) return {};
  const auto answering = static_cast<std::size_t>(std::count_if(own.begin(), own.end(), Answers));
  const std::string outcome = diagnosis::OutcomeText(*(*silent)->sample);
  Conclusion conclusion;
  conclusion.text =
      answering > 0 ? fmt::format("{} answers at {} of {} addresses ({}).", server, answering, own.size(), outcome)
      : AnyStunAnswers(snapshot) ? fmt::format("{} tells no address ({}), while others do.", server, outcome)
                                 : fmt::format("{} tells no address ({}), nor does any other server.", server, outcome);
  conclusion.first = AnyStunAnswers(snapshot)
                         ? "ask again with --count 3: one look cannot tell what lasts from what passes"
                         : "look at this machine's own network, and whether its firewall lets STUN out";
  for (const auto& finding : snapshot.findings) conclusion.also.push_back(finding.rule);
  return conclusion;
}

// All addresses of the server answer, and nothing is wrong with it.
Conclusion Agreement(const Snapshot& snapshot, const std::string& server) {
  const std::string seen = MappedText(Those(snapshot, server, true));
  std::map<std::string, std::set<std::string>> others;  // by the address they see
  for (const StunJudgement* each : Those(snapshot, server, false)) {
    if (Answers(each)) others[each->sample->mapped->address.ToString()].insert(each->sample->server);
  }
  const auto same = others.find(seen);
  Conclusion conclusion;
  if (same != others.end()) {
    conclusion.text =
        fmt::format("{} sees us at {}, and so {} {}.", server, seen, same->second.size() == 1 ? "does" : "do",
                    diagnosis::Enumerate({same->second.begin(), same->second.end()}));
  } else if (!snapshot.settings->vantage.expect_mapped.empty()) {
    conclusion.text = fmt::format("{} sees us at {}, as expected.", server, seen);
  } else {
    conclusion.text = fmt::format("{} sees us at {}; there is nothing to hold that against.", server, seen);
    conclusion.first = "set `expect_mapped` to your public address, or add a second STUN server";
  }
  return conclusion;
}

Conclusion ConcludeStun(const Snapshot& snapshot, const std::string& server) {
  if (auto silence = Silence(snapshot, server)) return *std::move(silence);
  return snapshot.findings.empty() ? Agreement(snapshot, server) : Conclude(snapshot);
}

}  // namespace

std::optional<StunSubject> FindStun(const config::Settings& settings, const std::string& target) {
  const auto uri = config::ParseIceUri(target);
  auto narrowed = std::make_shared<config::Settings>(settings);
  narrowed->dialers.clear();
  auto& servers = narrowed->stun_servers;
  const auto known = std::find_if(servers.begin(), servers.end(), [&](const config::Stun& each) {
    return each.name == target || (uri && each.uri == *uri);
  });
  if (known != servers.end()) return StunSubject{narrowed, known->name};
  if (!uri || uri->relay) return {};
  const bool taken =
      std::any_of(servers.begin(), servers.end(), [&](const config::Stun& each) { return each.name == uri->host; });
  servers.push_back({.name = taken ? FormatIceUri(*uri) : uri->host, .uri = *uri});
  return StunSubject{narrowed, servers.back().name};
}

Snapshot AboutStun(const Snapshot& snapshot, const std::string& server) {
  Snapshot about = snapshot;
  std::erase_if(about.findings, [&](const diagnosis::Finding& finding) {
    return !finding.subject.server.empty() && finding.subject.server != server;
  });
  return about;
}

bool AnyStunAnswers(const Snapshot& snapshot, const std::string& server) {
  return std::any_of(snapshot.stun.begin(), snapshot.stun.end(), [&](const StunJudgement& each) {
    return Answers(&each) && (server.empty() || each.sample->server == server);
  });
}

std::string RenderStun(const Snapshot& snapshot, const std::string& server, const Terminal& terminal) {
  using Fold = Column::Fold;
  Table table({"STUN SERVER", "VERDICT", "MAPPED", Column("RTT", Fold::kDetail, "in "),
               Column("OVER", Fold::kDetail, "over "), Column("RESOLVED BY", Fold::kBelow, "resolved by "),
               Column("NOTE", Fold::kBelow)});
  for (const bool of_it : {true, false}) {
    for (const StunJudgement* judgement : Those(snapshot, server, of_it)) AddRow(table, *judgement, terminal);
  }
  const std::string others = Those(snapshot, server, false).empty() ? "" : ", and the other servers for comparison";
  return fmt::format("{} {}{}\n{}\n", terminal.Bold(server), FormatIceUri(ConfigOf(snapshot, server).uri), others,
                     table.Render(2, terminal.width)) +
         NatText(snapshot, terminal) + RenderConclusion(ConcludeStun(snapshot, server), terminal);
}

base::Json StunJson(const Snapshot& snapshot, const std::string& server) {
  const Conclusion conclusion = ConcludeStun(snapshot, server);
  base::Json json{{"version", 1},
                  {"at", base::FormatRfc3339(snapshot.at)},
                  {"server", server},
                  {"uri", FormatIceUri(ConfigOf(snapshot, server).uri)},
                  {"stun", base::Json::array()},
                  {"conclusion", base::Printable(conclusion.text)},
                  {"findings", base::Json::array()}};
  for (const bool of_it : {true, false}) {
    for (const StunJudgement* judgement : Those(snapshot, server, of_it)) json["stun"].push_back(ToJson(*judgement));
  }
  for (const auto& finding : snapshot.findings) json["findings"].push_back(ToJson(finding));
  if (!conclusion.first.empty()) json["first"] = conclusion.first;
  return json;
}

}  // namespace dialwatch::daemon
