#include "alerting/evidence.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/count.h"
#include "base/duration_text.h"

namespace dialwatch::alerting {
namespace {

using diagnosis::EvidenceRow;
using diagnosis::Finding;

constexpr std::size_t kFindingsShown = 2;  // who reads it at night needs an example, not all
constexpr std::size_t kRowsShown = 8;
constexpr std::size_t kWidestColumn = 40;

// What was answered; where nothing was, how that was said. Empty where there was no reply to speak of.
std::string Answer(const EvidenceRow& row) {
  return row.answer.value_or(row.rcode.value_or(""));
}

std::size_t WidthOf(std::span<const EvidenceRow> rows, std::string (*column)(const EvidenceRow&)) {
  std::size_t width = 0;
  for (const EvidenceRow& row : rows) width = std::max(width, column(row).size());
  return std::min(width, kWidestColumn);
}

}  // namespace

std::vector<std::string> EvidenceLines(std::span<const Finding> findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings.first(std::min(findings.size(), kFindingsShown))) {
    const std::span rows = std::span(finding.evidence).first(std::min(finding.evidence.size(), kRowsShown));
    const std::size_t vantage_width = WidthOf(rows, [](const EvidenceRow& row) { return row.vantage; });
    const std::size_t answer_width = WidthOf(rows, Answer);
    lines.push_back(finding.subject.ToString());
    for (const EvidenceRow& row : rows) {
      const std::string answer = Answer(row);
      if (answer.empty()) {
        lines.push_back(fmt::format("  {:<{}}  {}", row.vantage, vantage_width, row.note.value_or("no answer")));
        continue;
      }
      lines.push_back(fmt::format("  {:<{}}  {:<{}}", row.vantage, vantage_width, answer, answer_width));
      if (row.ttl) lines.back() += fmt::format("  TTL left {}", base::DescribeDuration(*row.ttl));
      if (row.note) lines.back() += "  " + *row.note;
    }
    if (rows.size() < finding.evidence.size()) {
      lines.push_back(fmt::format("  … and {} more", finding.evidence.size() - rows.size()));
    }
  }
  if (findings.size() > kFindingsShown) {
    lines.push_back(fmt::format("… and {}", base::Count(findings.size() - kFindingsShown, "more finding")));
  }
  return lines;
}

}  // namespace dialwatch::alerting
