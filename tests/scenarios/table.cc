#include "tests/scenarios/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/duration_text.h"
#include "base/names.h"

namespace dialwatch::scenarios {
namespace {

std::string Percent(int part, int whole) {
  return fmt::format("{:.1f} %", whole == 0 ? 100.0 : 100.0 * part / whole);
}

// "dns-bogus:google, critical, 4 dialers"; what stands for nothing is said so.
std::string ExpectedText(const Scenario& scenario) {
  if (scenario.incidents.empty()) return "nothing";
  std::vector<std::string> texts;
  for (const Expected& expected : scenario.incidents) {
    texts.push_back(fmt::format("{}, {}{}", expected.Key(), base::NameOf(expected.severity),
                                expected.affected == 0   ? ""
                                : expected.affected == 1 ? ", 1 dialer"
                                                         : fmt::format(", {} dialers", expected.affected)));
  }
  return fmt::format("{}", fmt::join(texts, "<br>"));
}

std::string AfterText(Duration after) {
  return after == Duration::zero() ? "" : base::FormatDuration(std::chrono::ceil<std::chrono::seconds>(after));
}

std::string ResultText(const Score& score) {
  std::string text =
      score.named + score.missed == 0 ? "" : fmt::format("{}/{}", score.named, score.named + score.missed);
  if (score.false_alarms > 0) text += fmt::format("{}{} false", text.empty() ? "" : ", ", score.false_alarms);
  return text.empty() ? "silent" : text;
}

std::string RowText(const Row& row) {
  const Scenario& scenario = row.scenario;
  const std::string fault =
      scenario.known_fault.empty() ? "" : fmt::format(" **Known fault:** {}", scenario.known_fault);
  return fmt::format("| [{0}](../tests/scenarios/catalogue/{0}.toml) | {1}{2} | {3} | {4} | {5} | {6} | {7} |\n",
                     scenario.name, scenario.wrong, fault, ExpectedText(scenario), ResultText(row.score),
                     AfterText(row.score.named_after), AfterText(row.score.told_after), scenario.real);
}

}  // namespace

std::string DescribeCatalogue(const std::vector<Row>& rows, int seeds) {
  Score total;
  std::vector<std::string> groups;
  for (const Row& row : rows) {
    total += row.score;
    if (std::ranges::find(groups, row.scenario.group) == groups.end()) groups.push_back(row.scenario.group);
  }
  const int expected = total.named + total.missed, fired = total.named + total.false_alarms;
  std::string text = fmt::format(
      "\n{} scenarios, {} runs each: of {} incidents that must come {} came with the right cause (recall {}), and of "
      "{} that fired {} were "
      "right (precision {}).\n",
      rows.size(), seeds, expected, total.named, Percent(total.named, expected), fired, total.named,
      Percent(total.named, fired));
  for (const std::string& group : groups) {
    text += fmt::format(
        "\n### {}\n\n| scenario | what is wrong | what must come | came | named after | told after | real servers |\n"
        "|---|---|---|---|---|---|---|\n",
        group);
    for (const Row& row : rows) {
      if (row.scenario.group == group) text += RowText(row);
    }
  }
  return text;
}

}  // namespace dialwatch::scenarios
