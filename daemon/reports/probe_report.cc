#include "daemon/reports/probe_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/json.h"
#include "base/names.h"
#include "base/printable.h"
#include "daemon/conclusion.h"
#include "daemon/reports/call_report.h"
#include "daemon/reports/media_report.h"
#include "daemon/reports/port_report.h"
#include "daemon/reports/probe_cells.h"
#include "daemon/reports/table.h"
#include "diagnosis/evidence.h"

namespace dialwatch::daemon {
namespace {

using diagnosis::Judgement;
using diagnosis::Snapshot;
using diagnosis::Verdict;
using probes::DnsSample;
using probes::RecordType;

constexpr std::size_t kIndent = 2;

std::string PaintVerdict(Verdict verdict, const Terminal& terminal) {
  const auto text = base::NameOf(verdict);
  switch (verdict) {
    case Verdict::kOk:
      return terminal.Green(text);
    case Verdict::kPropagating:
    case Verdict::kUnknown:
      return terminal.Dim(text);
    case Verdict::kFailing:
    case Verdict::kServedStale:
      return terminal.Yellow(text);
    default:
      return terminal.Red(text);
  }
}

Table NewTable(const char* vantage) {
  using Fold = Column::Fold;
  return Table({Column(vantage), "VERDICT", Column("ANSWER", Fold::kBelow), "TTL LEFT",
                Column("RTT", Fold::kDetail, "in "), Column("OVER", Fold::kDetail, "over "),
                Column("SITE", Fold::kDetail, "site "), Column("NOTE", Fold::kBelow)});
}

void AddRow(Table& table, const Snapshot& snapshot, const Judgement& judgement, const DnsSample* usual,
            const Terminal& terminal) {
  const DnsSample& sample = *judgement.sample;
  table.Add({sample.via.ToString(),
             Cell(std::string(base::NameOf(judgement.verdict)), PaintVerdict(judgement.verdict, terminal)),
             AnswerCell(sample), TtlText(sample, TtlGiven(snapshot, sample)), RttText(sample),
             std::string(base::NameOf(sample.transport)), SiteText(snapshot, sample), NoteText(judgement, usual)},
            judgement.verdict != Verdict::kOk && judgement.verdict != Verdict::kUnknown);
}

// The zones whose servers were asked for the name, with the serials that they give.
std::map<std::string, std::set<std::uint32_t>> SerialsOf(const Snapshot& snapshot, const std::string& host) {
  std::map<std::string, std::set<std::uint32_t>> zones;
  for (const Judgement& judgement : snapshot.judgements) {
    if (!diagnosis::IsAuthority(judgement) || judgement.sample->host != host) continue;
    auto& serials = zones[judgement.sample->via.name];
    const auto seen = snapshot.picture.zones().find(judgement.sample->via.name);
    if (seen == snapshot.picture.zones().end()) continue;
    for (const auto& [server, state] : seen->second.servers) {
      if (state.serial) serials.insert(*state.serial);
    }
  }
  return zones;
}

std::string ZoneText(const Snapshot& snapshot, const std::string& host) {
  std::string text;
  for (const auto& [zone, serials] : SerialsOf(snapshot, host)) {
    text += fmt::format(", zone {}", zone);
    if (!serials.empty()) text += fmt::format(" serial {}", fmt::join(serials, " and "));
  }
  return text;
}

std::string RenderName(const Snapshot& snapshot, const std::string& host, RecordType type, const Terminal& terminal) {
  Table table = NewTable("VANTAGE");
  const DnsSample* usual = nullptr;  // the authority comes first
  for (const Judgement& judgement : snapshot.judgements) {
    if (judgement.sample->host != host || judgement.sample->type != type) continue;
    if (usual == nullptr && diagnosis::IsAuthority(judgement)) usual = judgement.sample.get();
    AddRow(table, snapshot, judgement, usual, terminal);
  }
  return fmt::format("{} {}{}\n{}\n", terminal.Bold(host), base::FormatRecordType(type), ZoneText(snapshot, host),
                     table.Render(kIndent, terminal.width));
}

std::string RenderControls(const Snapshot& snapshot, const Terminal& terminal) {
  const auto rows = ControlsOf(snapshot);
  if (rows.empty()) return "";
  Table table = NewTable("CONTROL");
  for (const ControlRow& row : rows) {
    const DnsSample& sample = *row.sample;
    const std::string text(FormatControl(row.control));
    const bool wrong = row.control == diagnosis::Control::kWrong;
    table.Add({sample.via.ToString(), Cell(text, wrong ? terminal.Red(text) : text), AnswerCell(sample),
               TtlText(sample, {}), RttText(sample), std::string(base::NameOf(sample.transport)),
               SiteText(snapshot, sample), NoteText({"", row.sample}, nullptr)},
              wrong);
  }
  return fmt::format("{}, a new name that no cache can hold\n{}\n", terminal.Bold(rows.front().sample->host),
                     table.Render(kIndent, terminal.width));
}

}  // namespace

std::string RenderConclusion(const Conclusion& conclusion, const Terminal& terminal) {
  std::string text;
  if (conclusion.finding != nullptr) {
    const auto severity = conclusion.finding->severity;
    std::string word(base::NameOf(severity));
    std::transform(word.begin(), word.end(), word.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    const std::string plain = word + " ";
    text = Wrap(fmt::format("{}{}: {}", plain, conclusion.finding->rule, base::Printable(conclusion.text)), 0, 2,
                terminal.width);
    text.replace(0, word.size(), terminal.Paint(severity, word));
  } else {
    text = Wrap(conclusion.text, 0, 0, terminal.width);
    if (conclusion.first.empty()) text = terminal.Green(text.substr(0, text.size() - 1)) + "\n";
  }
  if (!conclusion.confidence.empty()) text += Wrap(base::Printable(conclusion.confidence), 2, 4, terminal.width);
  if (!conclusion.first.empty()) text += Wrap("first: " + conclusion.first, 2, 4, terminal.width);
  if (!conclusion.also.empty()) {
    text += Wrap(fmt::format("also found: {}; dialwatch check tells more", fmt::join(conclusion.also, ", ")), 2, 4,
                 terminal.width);
  }
  return text;
}

std::string RenderProbe(const Snapshot& snapshot, const Terminal& terminal) {
  std::string text;
  for (const config::Dialer& dialer : snapshot.settings->dialers) {
    for (const RecordType type : dialer.types) text += RenderName(snapshot, dialer.host, type, terminal);
    text += RenderMedia(snapshot, dialer.name, terminal);
    text += RenderCalls(snapshot, dialer.name, terminal);
    text += RenderPorts(snapshot, dialer.name, terminal);
  }
  return text + RenderControls(snapshot, terminal) + RenderConclusion(Conclude(snapshot), terminal);
}

base::Json ProbeJson(const Snapshot& snapshot) {
  const Conclusion conclusion = Conclude(snapshot);
  base::Json json{{"version", 1},
                  {"at", base::FormatRfc3339(snapshot.at)},
                  {"host", snapshot.settings->dialers.front().host},
                  {"zones", base::Json::array()},
                  {"vias", base::Json::array()},
                  {"controls", base::Json::array()},
                  {"conclusion", base::Printable(conclusion.text)},
                  {"findings", base::Json::array()}};
  for (const auto& [zone, serials] : SerialsOf(snapshot, snapshot.settings->dialers.front().host)) {
    json["zones"].push_back({{"zone", zone}, {"serials", serials}});
  }
  for (const Judgement& judgement : snapshot.judgements) {
    base::Json& via = json["vias"].emplace_back(ToJson(judgement));
    if (const auto given = TtlGiven(snapshot, *judgement.sample)) via["ttl_given"] = given->count();
    if (const auto site = SiteText(snapshot, *judgement.sample); !site.empty()) via["site"] = site;
  }
  for (const ControlRow& row : ControlsOf(snapshot)) {
    base::Json control = ToJson(Judgement{"", row.sample});
    control["host"] = row.sample->host;
    control["verdict"] = FormatControl(row.control);
    json["controls"].push_back(std::move(control));
  }
  const config::Dialer& dialer = snapshot.settings->dialers.front();
  if (dialer.reflector_port != 0) json["media"] = MediaJson(snapshot, dialer.name);
  if (config::FindCall(*snapshot.settings, dialer.name) != nullptr) json["calls"] = CallsJson(snapshot, dialer.name);
  if (dialer.rtp_port != 0) json["ports"] = PortsJson(snapshot, dialer.name);
  for (const auto& finding : snapshot.findings) json["findings"].push_back(ToJson(finding));
  if (!conclusion.confidence.empty()) json["confidence"] = base::Printable(conclusion.confidence);
  if (!conclusion.first.empty()) json["first"] = conclusion.first;
  return json;
}

}  // namespace dialwatch::daemon
