#include "daemon/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/count.h"
#include "base/duration_text.h"
#include "base/printable.h"
#include "daemon/table.h"

namespace dialwatch::daemon {
namespace {

using diagnosis::EvidenceRow;
using diagnosis::Finding;
using diagnosis::Judgement;
using diagnosis::Verdict;
using probes::DnsSample;

std::string Milliseconds(double milliseconds) {
  return fmt::format("{:.1f} ms", milliseconds);
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return upper;
}

std::string RenderEvidence(const std::vector<EvidenceRow>& rows) {
  Table table({"VANTAGE", "ANSWER", "TTL LEFT", "RCODE", "RTT", "NOTE"});
  for (const EvidenceRow& row : rows) {
    table.Add({row.vantage, row.answer.value_or(""), row.ttl ? base::DescribeDuration(*row.ttl) : "",
               row.rcode.value_or(""), row.rtt_ms ? Milliseconds(*row.rtt_ms) : "", row.note.value_or("")});
  }
  return table.Render(4);
}

std::string CountBySeverity(const std::vector<Finding>& findings) {
  const auto count = [&](config::Severity severity) {
    return std::count_if(findings.begin(), findings.end(), [&](const Finding& f) { return f.severity == severity; });
  };
  return fmt::format("{} critical, {} warning, {} info", count(config::Severity::kCritical),
                     count(config::Severity::kWarning), count(config::Severity::kInfo));
}

std::vector<Finding> WorstFirst(std::vector<Finding> findings) {
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  return findings;
}

std::string PaintVerdict(Verdict verdict, const Terminal& terminal) {
  const auto text = diagnosis::FormatVerdict(verdict);
  switch (verdict) {
    case Verdict::kOk:
      return terminal.Green(text);
    case Verdict::kPropagating:
    case Verdict::kUnknown:
      return terminal.Dim(text);
    case Verdict::kFailing:
      return terminal.Yellow(text);
    default:
      return terminal.Red(text);
  }
}

// The links of the chain before the addresses, and what the reply says of itself.
std::string NotesOn(const DnsSample& sample) {
  std::vector<std::string> notes;
  for (const probes::DnsRecord& record : sample.answers) {
    if (record.type == probes::RecordType::kCname) notes.push_back("via " + record.data);
  }
  for (const probes::ExtendedError& error : sample.extended_errors) {
    notes.push_back(
        fmt::format("EDE {}{}{}", error.code, error.text.empty() ? "" : ": ", base::Printable(error.text, 80)));
  }
  if (!sample.nsid.empty()) notes.push_back("nsid " + base::Printable(sample.nsid, 40));
  if (sample.sends > 1) notes.push_back(fmt::format("sent {} times", sample.sends));
  if (sample.forged > 0) notes.push_back(fmt::format("{} forged", sample.forged));
  if (!sample.error.empty()) notes.push_back(base::Printable(sample.error, 80));
  return fmt::format("{}", fmt::join(notes, ", "));
}

std::string AnswerOf(const DnsSample& sample) {
  if (sample.outcome != probes::DnsOutcome::kAnswered) return std::string(probes::FormatDnsOutcome(sample.outcome));
  const auto answers = probes::AnswerSet(sample);
  if (!answers.empty()) return fmt::format("{}", fmt::join(answers, " "));
  return sample.rcode == probes::kRcodeNoError ? "NODATA" : probes::FormatRcode(sample.rcode);
}

std::vector<Cell> RowOf(const Judgement& judgement, const Terminal& terminal) {
  const DnsSample& sample = *judgement.sample;
  const bool answered = sample.outcome == probes::DnsOutcome::kAnswered;
  const auto ttl = probes::AnswerTtl(sample);
  return {sample.via.ToString(),
          Cell(std::string(diagnosis::FormatVerdict(judgement.verdict)), PaintVerdict(judgement.verdict, terminal)),
          AnswerOf(sample),
          ttl ? base::DescribeDuration(*ttl) : "",
          answered ? Milliseconds(static_cast<double>(sample.rtt.count()) / 1000) : "",
          std::string(config::FormatTransport(sample.transport)),
          NotesOn(sample)};
}

std::string Conclusion(const diagnosis::Snapshot& snapshot, const Terminal& terminal) {
  const auto well = std::count_if(snapshot.judgements.begin(), snapshot.judgements.end(),
                                  [](const Judgement& judgement) { return judgement.verdict == Verdict::kOk; });
  const auto all = static_cast<std::ptrdiff_t>(snapshot.judgements.size());
  if (snapshot.findings.empty() && well == all) {
    return terminal.Green(fmt::format("All {} answers agree.", all)) + "\n";
  }
  if (snapshot.findings.empty()) {
    return fmt::format("{} of {} answers are well; ask again with --count 3 to see whether it lasts.\n", well, all);
  }
  std::string text;
  for (const Finding& finding : WorstFirst(snapshot.findings)) {
    text += fmt::format("{} {}: {}\n", terminal.Paint(finding.severity, Upper(FormatSeverity(finding.severity))),
                        finding.rule, base::Printable(finding.summary));
    if (!finding.advice.empty()) text += fmt::format("  first: {}\n", finding.advice.front());
  }
  return text;
}

}  // namespace

std::string RenderFinding(const Finding& finding, base::TimePoint now, const Terminal& terminal) {
  std::string text =
      fmt::format("{} {}\n  {}\n", terminal.Paint(finding.severity, Upper(FormatSeverity(finding.severity))),
                  terminal.Bold(finding.rule), base::Printable(finding.summary));
  if (!finding.evidence.empty()) text += RenderEvidence(finding.evidence);
  if (finding.eta) {
    text += fmt::format("  heals by itself at {} (in {})\n",
                        base::FormatRfc3339(std::chrono::floor<std::chrono::seconds>(*finding.eta)),
                        base::DescribeDuration(*finding.eta - now));
  }
  for (std::size_t i = 0; i < finding.advice.size(); ++i) text += fmt::format("  {}. {}\n", i + 1, finding.advice[i]);
  return text + "  " + terminal.Dim(diagnosis::DocsLink(finding.rule)) + "\n";
}

std::string RenderCheck(const diagnosis::Snapshot& snapshot, const Terminal& terminal) {
  std::string text;
  for (const Finding& finding : WorstFirst(snapshot.findings))
    text += RenderFinding(finding, snapshot.at, terminal) + "\n";
  const config::Settings& settings = *snapshot.settings;
  const std::string scope = fmt::format(
      "{} through {} and their authority, {}", base::Count(settings.dialers.size(), "dialer"),
      base::Count(settings.resolvers.size(), "resolver"), base::Count(settings.stun_servers.size(), "STUN server"));
  if (snapshot.findings.empty()) return text + terminal.Green("clean") + ": " + scope + "\n";
  return text + fmt::format("{}: {}\n", CountBySeverity(snapshot.findings), scope);
}

std::string RenderProbe(const diagnosis::Snapshot& snapshot, const Terminal& terminal) {
  std::string text;
  for (const config::Dialer& dialer : snapshot.settings->dialers) {
    for (const probes::RecordType type : dialer.types) {
      text += fmt::format("{} {}\n", terminal.Bold(dialer.host), base::FormatRecordType(type));
      Table table({"VANTAGE", "VERDICT", "ANSWER", "TTL LEFT", "RTT", "OVER", "NOTE"});
      for (const Judgement& judgement : snapshot.judgements) {
        if (judgement.sample->host == dialer.host && judgement.sample->type == type)
          table.Add(RowOf(judgement, terminal));
      }
      text += table.Render(2) + "\n";
    }
  }
  return text + Conclusion(snapshot, terminal);
}

}  // namespace dialwatch::daemon
