#include "alerting/evidence.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration_text.h"

namespace dialwatch::alerting {
namespace {

using diagnosis::EvidenceRow;
using diagnosis::Finding;

constexpr std::size_t kFindingsShown = 10;
constexpr std::size_t kRowsShown = 8;
constexpr std::size_t kWidestVantage = 40;

std::string Line(const EvidenceRow& row, std::size_t width) {
  std::string line = fmt::format("  {:<{}}", row.vantage, width);
  const auto add = [&](const std::string& text) { line += "  " + text; };
  if (row.answer) add(row.answer->empty() ? "no address" : *row.answer);
  if (row.rcode) add(*row.rcode);
  if (row.ttl) add(fmt::format("TTL left {}", base::DescribeDuration(*row.ttl)));
  if (row.rtt_ms) add(fmt::format("{:.1f} ms", *row.rtt_ms));
  if (row.note) add(*row.note);
  return line;
}

}  // namespace

std::vector<std::string> EvidenceLines(std::span<const Finding> findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings.first(std::min(findings.size(), kFindingsShown))) {
    const std::span rows = std::span(finding.evidence).first(std::min(finding.evidence.size(), kRowsShown));
    std::size_t width = 0;
    for (const EvidenceRow& row : rows) width = std::max(width, std::min(row.vantage.size(), kWidestVantage));
    lines.push_back(finding.subject.ToString());
    for (const EvidenceRow& row : rows) lines.push_back(Line(row, width));
    if (rows.size() < finding.evidence.size()) {
      lines.push_back(fmt::format("  … and {} more", finding.evidence.size() - rows.size()));
    }
  }
  if (findings.size() > kFindingsShown) {
    lines.push_back(fmt::format("… and {} more findings", findings.size() - kFindingsShown));
  }
  return lines;
}

}  // namespace dialwatch::alerting
