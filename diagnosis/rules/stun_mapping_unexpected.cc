#include "diagnosis/rules/stun_mapping_unexpected.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "diagnosis/rules/stun_words.h"
#include "diagnosis/stun/mapping.h"

namespace dialwatch::diagnosis {
namespace {

Finding Tell(const Situation& situation, const std::string& server, const StunView& view, const StunRound& unexpected) {
  const StunSample& first = *unexpected.front();
  std::vector<std::string> expected;
  for (const auto& each : ExpectedOf(situation.settings, first.mapped->address.is_v6())) {
    expected.push_back(each.ToString());
  }
  Finding finding;
  finding.subject.server = server;
  finding.since = first.at;
  finding.summary = fmt::format(
      "STUN server {} sees us at {}{}, where {} is expected", server, first.mapped->address.ToString(),
      view.addresses.size() > unexpected.size() ? fmt::format(" (asked at {})", first.address.address.ToString()) : "",
      fmt::join(expected, " or "));
  for (const StunSample* sample : unexpected) finding.evidence.push_back(RowOf(*sample, "unexpected"));
  for (const EvidenceRow& row : RowsOfOthers(situation.picture, server)) finding.evidence.push_back(row);
  finding.affected = AllDialers(situation.settings);
  finding.advice = {"see whether this office's line or NAT has changed: if it is meant, correct `expect_mapped`",
                    "if only this server says so, take it out of the webphones' and Asterisk's STUN servers"};
  return finding;
}

}  // namespace

std::vector<Finding> StunMappingUnexpected(const Situation& situation) {
  std::vector<Finding> findings;
  for (const auto& [server, view] : situation.picture.stun()) {
    StunRound unexpected;
    for (const auto& [address, series] : view.addresses) {
      if (IsUnexpected(*series.newest, situation.settings)) unexpected.push_back(series.newest.get());
    }
    if (!unexpected.empty()) findings.push_back(Tell(situation, server, view, unexpected));
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
