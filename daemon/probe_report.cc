#include "daemon/probe_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/duration_text.h"
#include "base/json.h"
#include "base/printable.h"
#include "daemon/conclusion.h"
#include "daemon/table.h"
#include "diagnosis/answer.h"
#include "diagnosis/evidence.h"
#include "probes/dns/extended_error.h"
#include "probes/dns/site.h"

namespace dialwatch::daemon {
namespace {

using diagnosis::Judgement;
using diagnosis::Snapshot;
using diagnosis::Verdict;
using probes::DnsSample;
using probes::RecordType;

constexpr std::size_t kIndent = 2;

std::string PaintVerdict(Verdict verdict, const Terminal& terminal) {
  const auto text = diagnosis::FormatVerdict(verdict);
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

std::optional<std::chrono::seconds> TtlGiven(const Snapshot& snapshot, const Judgement& judgement) {
  const auto* name = snapshot.picture.Find({judgement.sample->host, judgement.sample->type});
  return name == nullptr ? std::nullopt : diagnosis::ReferenceOf(*name).ttl;
}

// "243 of 300 s": what is left of what the authority gives now.
std::string TtlText(const DnsSample& sample, std::optional<std::chrono::seconds> given) {
  const auto left = probes::AnswerTtl(sample);
  if (!left) return "";
  if (!given || sample.via.kind == probes::Via::Kind::kAuthority) return fmt::format("{} s", left->count());
  return fmt::format("{} of {} s", left->count(), given->count());
}

std::string RttText(const DnsSample& sample) {
  if (sample.outcome != probes::DnsOutcome::kAnswered) return "";
  return fmt::format("{:.1f} ms", static_cast<double>(sample.rtt.count()) / 1000);
}

// The NSID of the very reply, else what that address says of itself.
std::string SiteText(const Snapshot& snapshot, const DnsSample& sample) {
  if (!sample.nsid.empty()) return base::Printable(probes::SiteOf(sample.nsid), 40);
  const auto* identity = snapshot.picture.identities().Of(sample.via.name, sample.via.server);
  return identity == nullptr || identity->server.empty() ? "" : base::Printable(probes::SiteOf(identity->server), 40);
}

// What the reply says of itself, and what those say that were asked for to confirm it.
std::string NotesOn(const DnsSample& sample, const Judgement* judgement) {
  std::vector<std::string> notes;
  if (judgement != nullptr && !judgement->newest) notes.emplace_back("a copy seen before, and still there");
  if (judgement != nullptr && judgement->spread) {
    const auto& spread = *judgement->spread;
    notes.push_back(fmt::format("{} of {} wrong", spread.wrong, spread.answers));
    if (spread.copies > 1) notes.push_back(fmt::format("at least {} copies", spread.copies));
  }
  if (judgement != nullptr && judgement->eta) notes.push_back("until " + diagnosis::ClockText(*judgement->eta));
  for (const probes::ExtendedError& error : sample.extended_errors) notes.push_back(ExtendedErrorText(error));
  for (const probes::DnsRecord& record : sample.answers) {
    if (record.type == RecordType::kCname) notes.push_back("alias of " + base::Printable(record.data));
  }
  if (sample.ad) notes.emplace_back("validated");
  if (sample.sends > 1) notes.push_back(fmt::format("sent {} times", sample.sends));
  if (sample.forged > 0) notes.push_back(fmt::format("{} forged", sample.forged));
  if (!sample.error.empty()) notes.push_back(base::Printable(sample.error, 80));
  return fmt::format("{}", fmt::join(notes, ", "));
}

// Addresses are parted by a space, and a dialer's own are never cut.
std::string AnswerOf(const DnsSample& sample) {
  const auto answers = probes::AnswerSet(sample);
  if (answers.empty()) return diagnosis::AnswerText(sample);
  return base::Printable(fmt::format("{}", fmt::join(answers, " ")), 1000);
}

Table NewTable(const char* vantage) {
  using Fold = Column::Fold;
  return Table({Column(vantage), "VERDICT", Column("ANSWER", Fold::kBelow), "TTL LEFT",
                Column("RTT", Fold::kDetail, "in "), Column("OVER", Fold::kDetail, "over "),
                Column("SITE", Fold::kDetail, "site "), Column("NOTE", Fold::kBelow)});
}

void AddRow(Table& table, const Snapshot& snapshot, const Judgement& judgement, const Terminal& terminal) {
  const DnsSample& sample = *judgement.sample;
  table.Add(
      {sample.via.ToString(),
       Cell(std::string(FormatVerdict(judgement.verdict)), PaintVerdict(judgement.verdict, terminal)), AnswerOf(sample),
       TtlText(sample, TtlGiven(snapshot, judgement)), RttText(sample),
       std::string(config::FormatTransport(sample.transport)), SiteText(snapshot, sample), NotesOn(sample, &judgement)},
      judgement.verdict != Verdict::kOk);
}

std::string RenderControls(const Snapshot& snapshot, const Terminal& terminal) {
  const auto rows = ControlsOf(snapshot);
  if (rows.empty()) return "";
  Table table = NewTable("CONTROL");
  for (const ControlRow& row : rows) {
    const DnsSample& sample = *row.sample;
    const std::string text(FormatControl(row.control));
    const bool wrong = row.control == diagnosis::Control::kWrong;
    table.Add({sample.via.ToString(), Cell(text, wrong ? terminal.Red(text) : text), AnswerOf(sample),
               TtlText(sample, {}), RttText(sample), std::string(config::FormatTransport(sample.transport)),
               SiteText(snapshot, sample), NotesOn(sample, nullptr)},
              wrong);
  }
  return fmt::format("{}, a new name that no cache can hold\n{}\n", terminal.Bold(rows.front().sample->host),
                     table.Render(kIndent, terminal.width));
}

std::string RenderConclusion(const Snapshot& snapshot, const Terminal& terminal) {
  const Conclusion conclusion = Conclude(snapshot);
  std::string text;
  if (conclusion.finding != nullptr) {
    const auto severity = conclusion.finding->severity;
    std::string word(FormatSeverity(severity));
    std::transform(word.begin(), word.end(), word.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    const std::string plain = word + " ";
    text = Wrap(fmt::format("{}{}: {}", plain, conclusion.finding->rule, base::Printable(conclusion.text)), 0, 2,
                terminal.width);
    text.replace(0, word.size(), terminal.Paint(severity, word));
  } else {
    text = Wrap(conclusion.text, 0, 0, terminal.width);
    if (conclusion.first.empty()) text = terminal.Green(text.substr(0, text.size() - 1)) + "\n";
  }
  if (!conclusion.first.empty()) text += Wrap("first: " + conclusion.first, 2, 4, terminal.width);
  if (!conclusion.also.empty()) {
    text += Wrap(fmt::format("also found: {}; dialwatch check tells more", fmt::join(conclusion.also, ", ")), 2, 4,
                 terminal.width);
  }
  return text;
}

}  // namespace

std::string RenderProbe(const Snapshot& snapshot, const Terminal& terminal) {
  std::string text;
  for (const config::Dialer& dialer : snapshot.settings->dialers) {
    for (const RecordType type : dialer.types) {
      Table table = NewTable("VANTAGE");
      for (const Judgement& judgement : snapshot.judgements) {
        if (judgement.sample->host == dialer.host && judgement.sample->type == type)
          AddRow(table, snapshot, judgement, terminal);
      }
      text += fmt::format("{} {}\n", terminal.Bold(dialer.host), base::FormatRecordType(type));
      text += table.Render(kIndent, terminal.width) + "\n";
    }
  }
  return text + RenderControls(snapshot, terminal) + RenderConclusion(snapshot, terminal);
}

base::Json ProbeJson(const Snapshot& snapshot) {
  const Conclusion conclusion = Conclude(snapshot);
  base::Json json{{"version", 1},
                  {"at", base::FormatRfc3339(snapshot.at)},
                  {"host", snapshot.settings->dialers.front().host},
                  {"vias", base::Json::array()},
                  {"controls", base::Json::array()},
                  {"conclusion", base::Printable(conclusion.text)},
                  {"findings", base::Json::array()}};
  for (const Judgement& judgement : snapshot.judgements) {
    base::Json& via = json["vias"].emplace_back(ToJson(judgement));
    if (const auto given = TtlGiven(snapshot, judgement)) via["ttl_given"] = given->count();
    if (const auto site = SiteText(snapshot, *judgement.sample); !site.empty()) via["site"] = site;
  }
  for (const ControlRow& row : ControlsOf(snapshot)) {
    base::Json control = ToJson(Judgement{"", row.sample});
    control["host"] = row.sample->host;
    control["verdict"] = FormatControl(row.control);
    json["controls"].push_back(std::move(control));
  }
  for (const auto& finding : snapshot.findings) json["findings"].push_back(ToJson(finding));
  if (!conclusion.first.empty()) json["first"] = conclusion.first;
  return json;
}

}  // namespace dialwatch::daemon
