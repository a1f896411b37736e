#include "diagnosis/causes/explanations.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {
namespace {

bool Contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool IsInTable(std::string_view rule) {
  return std::ranges::any_of(Explanations(),
                             [&](const Explanation& row) { return row.cause == rule || row.symptom == rule; });
}

// Whether a chain that begins at `from` reaches `to`.
bool LeadsTo(std::string_view from, std::string_view to, std::set<std::string_view>& seen) {
  if (!seen.insert(from).second) return false;
  return std::ranges::any_of(Explanations(), [&](const Explanation& row) {
    return row.cause == from && (row.symptom == to || LeadsTo(row.symptom, to, seen));
  });
}

// "| dns-bogus | media-misdirected, ttl-impossible | resolver and dialer |", by cause and scope.
std::string TableForDocs() {
  std::map<std::pair<std::string_view, Scope>, std::string> symptoms;
  for (const Explanation& row : Explanations()) {
    std::string& list = symptoms[{row.cause, row.scope}];
    list += (list.empty() ? "" : ", ") + std::string(row.symptom);
  }
  std::string table;
  std::set<std::pair<std::string_view, Scope>> told;
  for (const Explanation& row : Explanations()) {
    if (!told.emplace(row.cause, row.scope).second) continue;
    table += fmt::format("| {} | {} | {} |\n", row.cause, symptoms[{row.cause, row.scope}], FormatScope(row.scope));
  }
  return table;
}

}  // namespace

TEST_SUITE("diagnosis/causes/explanations") {
  TEST_CASE("no chain leads back to where it began") {
    for (const RuleEntry& rule : Rules()) {
      CAPTURE(rule.id);
      std::set<std::string_view> seen;
      CHECK_FALSE(LeadsTo(rule.id, rule.id, seen));
    }
  }

  TEST_CASE("every cause and every symptom is a rule, and no pair stands there twice") {
    std::set<std::pair<std::string_view, std::string_view>> pairs;
    for (const Explanation& row : Explanations()) {
      CAPTURE(row.cause);
      CAPTURE(row.symptom);
      CHECK(std::ranges::find(Rules(), row.cause, &RuleEntry::id) != Rules().end());
      CHECK(std::ranges::find(Rules(), row.symptom, &RuleEntry::id) != Rules().end());
      CHECK(pairs.emplace(row.cause, row.symptom).second);
    }
  }

  TEST_CASE("every rule but the infos has its place: in the table, or on the list of those that stand alone") {
    for (const RuleEntry& rule : Rules()) {
      CAPTURE(rule.id);
      if (rule.severity == Severity::kInfo) {
        CHECK_FALSE(IsInTable(rule.id));
      } else {
        CHECK(IsInTable(rule.id) != Contains(Loners(), rule.id));
      }
    }
    for (const std::string_view loner : Loners()) {
      CHECK(std::ranges::find(Rules(), loner, &RuleEntry::id) != Rules().end());
    }
  }

  TEST_CASE("docs/findings.md repeats the table") {
    std::ifstream file(DIALWATCH_FINDINGS_MD);
    std::ostringstream text;
    text << file.rdbuf();
    const std::string table = "| cause | explains | at the same |\n|---|---|---|\n" + TableForDocs();
    INFO(table);
    CHECK(text.str().find(table + "\n") != std::string::npos);
  }
}

}  // namespace dialwatch::diagnosis
