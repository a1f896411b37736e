#include "diagnosis/causes/cause_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/count.h"

namespace dialwatch::diagnosis {
namespace {

// What one vantage point says in one sense, of however many dialers.
struct Group {
  EvidenceRow row;  // the first
  std::set<std::string> dialers;
};
using Groups = std::vector<Group>;

constexpr std::size_t kMostBad = kMostEvidence - 5;  // so that some stand beside them of those that are well

int Rank(const EvidenceRow& row) {
  return row.stance == Stance::kBad ? 0 : row.stance == Stance::kGood ? 1 : 2;
}

// Rows that take no side may each say something else; of the others the first stands for all.
std::string SenseOf(const EvidenceRow& row) {
  const bool sided = row.stance != Stance::kNone;
  return fmt::format("{}\n{}\n{}", Rank(row), row.vantage,
                     sided ? "" : row.answer.value_or("") + row.note.value_or(""));
}

void Gather(const std::vector<Finding>& findings, std::map<std::string, std::size_t>& places, Groups& groups) {
  for (const Finding& finding : findings) {
    for (const EvidenceRow& row : finding.evidence) {
      const auto [place, is_new] = places.emplace(SenseOf(row), groups.size());
      if (is_new) groups.push_back({row, {}});
      if (!finding.subject.dialer.empty()) groups[place->second].dialers.insert(finding.subject.dialer);
    }
  }
}

}  // namespace

std::vector<EvidenceRow> EvidenceOf(const Cause& cause) {
  std::map<std::string, std::size_t> places;
  Groups groups;
  Gather(cause.findings, places, groups);
  Gather(cause.symptoms, places, groups);
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group& a, const Group& b) { return Rank(a.row) < Rank(b.row); });
  std::vector<EvidenceRow> rows;
  for (Group& group : groups) {
    if (rows.size() == kMostEvidence) break;
    if (rows.size() >= kMostBad && Rank(group.row) == 0) continue;
    if (const auto others = group.dialers.size(); others > 1) {
      std::string& note = group.row.note ? *group.row.note : group.row.note.emplace();
      note += fmt::format("{}so of {}", note.empty() ? "" : "; ", base::Count(others, "dialer"));
    }
    rows.push_back(std::move(group.row));
  }
  return rows;
}

}  // namespace dialwatch::diagnosis
