#include "diagnosis/rules/dns_content.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/duration_text.h"
#include "config/expectation.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/rules/alias_circle.h"
#include "diagnosis/rules/content_finding.h"

namespace dialwatch::diagnosis {
namespace {

std::string SayUnexpected(const Exhibit& exhibit) {
  const config::Expectation expectation(exhibit.dialer(), exhibit.sample().type);
  if (!expectation.exists()) {
    return fmt::format("the authority of {} denies {} ({}): no client can find this dialer", exhibit.via(),
                       exhibit.host(), exhibit.answer());
  }
  return fmt::format("the authority of {} gives {} for {}, where {} is expected", exhibit.via(), exhibit.answer(),
                     exhibit.host(), expectation.ToString());
}

std::vector<std::string> AdviseOnUnexpected(const Exhibit& exhibit) {
  return {fmt::format("look for a recent change of {} at its DNS hoster and undo it", exhibit.via()),
          "where the change is meant, correct `expect` of the dialer in the config",
          "resolvers keep the wrong answer for its TTL: flush them once the authority is right"};
}

std::string SayBogus(const Exhibit& exhibit) {
  const std::string said = fmt::format("{} gives {} for {}, which ", exhibit.via(), exhibit.answer(), exhibit.host());
  if (const std::string reference = exhibit.reference(); !reference.empty()) {
    return said + fmt::format("neither the authority ({}) nor history knows", reference) + exhibit.OtherAuthority();
  }
  return said + fmt::format("is not what is expected ({})",
                            config::Expectation(exhibit.dialer(), exhibit.sample().type).ToString());
}

// "198.51.100.7 for d1.example.com, which the authority gave until 2020-08-31T12:00:00Z with a TTL of 5m"
std::string PastAnswer(const Exhibit& exhibit) {
  const HistoryEntry& past = *exhibit.name().history.Find(AnswersOf(exhibit.sample()));
  return fmt::format("{} for {}, which the authority gave until {} with a TTL of {}", exhibit.answer(), exhibit.host(),
                     base::FormatRfc3339Seconds(past.last_seen), base::DescribeDuration(past.ttl));
}

std::string SayStale(const Exhibit& exhibit) {
  return fmt::format("{} still gives {}; right is {}{}", exhibit.via(), PastAnswer(exhibit), exhibit.reference(),
                     exhibit.OtherAuthority());
}

std::string SayPropagating(const Exhibit& exhibit) {
  return fmt::format("{} still gives {}, as it may; now it is {}", exhibit.via(), PastAnswer(exhibit),
                     exhibit.reference());
}

std::vector<std::string> AdviseToWait(const Exhibit&) {
  return {"wait, if the change is meant: the copy leaves the cache by itself",
          "keep the old address working until then"};
}

}  // namespace

std::vector<Finding> DnsUnexpected(const Situation& situation) {
  auto findings = FindVerdict(situation, Verdict::kUnexpected, SayUnexpected, AdviseOnUnexpected);
  auto circles = AliasCircles(situation);
  std::move(circles.begin(), circles.end(), std::back_inserter(findings));
  return findings;
}

std::vector<Finding> DnsBogus(const Situation& situation) {
  auto findings = FindVerdict(situation, Verdict::kBogus, SayBogus, AdviseOnWrongAnswer);
  for (Finding& finding : findings) {
    const auto dialer = std::find_if(situation.settings.dialers.begin(), situation.settings.dialers.end(),
                                     [&](const config::Dialer& each) { return each.name == finding.subject.dialer; });
    // a geo service has an address for each place: one more is worth a look, and nobody's sleep
    if (dialer->expect_mode == config::ExpectMode::kPrefix && !dialer->expect.empty()) {
      finding.severity = std::min(finding.severity, Severity::kWarning);
    }
  }
  return findings;
}

std::vector<Finding> DnsStale(const Situation& situation) {
  return FindVerdict(situation, Verdict::kStale, SayStale, AdviseOnWrongAnswer);
}

std::vector<Finding> DnsPropagating(const Situation& situation) {
  auto findings = FindVerdict(situation, Verdict::kPropagating, SayPropagating, AdviseToWait);
  for (Finding& finding : findings) finding.severity = Severity::kInfo;
  return findings;
}

}  // namespace dialwatch::diagnosis
