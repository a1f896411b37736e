#include "daemon/reports/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/count.h"
#include "base/duration_text.h"
#include "base/names.h"
#include "base/printable.h"
#include "daemon/reports/table.h"

namespace dialwatch::daemon {
namespace {

using diagnosis::EvidenceRow;
using diagnosis::Finding;

std::string Milliseconds(double milliseconds) {
  return fmt::format("{:.1f} ms", milliseconds);
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return upper;
}

std::string RenderEvidence(const std::vector<EvidenceRow>& rows, std::size_t width) {
  using Fold = Column::Fold;
  Table table({"VANTAGE", Column("ANSWER", Fold::kBelow), "TTL LEFT", Column("RCODE", Fold::kDetail),
               Column("RTT", Fold::kDetail), Column("NOTE", Fold::kBelow)});
  for (const EvidenceRow& row : rows) {
    table.Add({row.vantage, row.answer.value_or(""), row.ttl ? base::DescribeDuration(*row.ttl) : "",
               row.rcode.value_or(""), row.rtt_ms ? Milliseconds(*row.rtt_ms) : "", row.note.value_or("")});
  }
  return table.Render(4, width);
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

}  // namespace

std::string RenderFinding(const Finding& finding, base::TimePoint now, const Terminal& terminal) {
  std::string text = fmt::format("{} {}\n", terminal.Paint(finding.severity, Upper(base::NameOf(finding.severity))),
                                 terminal.Bold(finding.rule));
  text += Wrap(base::Printable(finding.summary), 2, 2, terminal.width);
  if (!finding.evidence.empty()) text += RenderEvidence(finding.evidence, terminal.width);
  if (finding.eta) {
    text += fmt::format("  heals by itself at {} (in {})\n", base::FormatRfc3339Seconds(*finding.eta),
                        base::DescribeDuration(*finding.eta - now));
  }
  for (std::size_t i = 0; i < finding.advice.size(); ++i) {
    text += Wrap(fmt::format("{}. {}", i + 1, finding.advice[i]), 2, 5, terminal.width);
  }
  return text + "  " + terminal.Dim(diagnosis::DocsLink(finding.rule)) + "\n";
}

std::string RenderCheck(const diagnosis::Snapshot& snapshot, const Terminal& terminal) {
  std::string text;
  for (const Finding& finding : WorstFirst(snapshot.findings))
    text += RenderFinding(finding, snapshot.at, terminal) + "\n";
  const config::Settings& settings = *snapshot.settings;
  std::string scope = fmt::format(
      "{} through {} and their authority, {}", base::Count(settings.dialers.size(), "dialer"),
      base::Count(settings.resolvers.size(), "resolver"), base::Count(settings.stun_servers.size(), "STUN server"));
  if (!settings.ice_configs.empty()) scope += ", " + base::Count(settings.ice_configs.size(), "ICE config");
  if (snapshot.findings.empty()) return text + terminal.Green("clean") + ": " + scope + "\n";
  return text + fmt::format("{}: {}\n", CountBySeverity(snapshot.findings), scope);
}

}  // namespace dialwatch::daemon
