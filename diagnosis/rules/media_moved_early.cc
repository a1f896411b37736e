#include "diagnosis/rules/media_moved_early.h"

#include <fmt/format.h>

#include "base/duration_text.h"
#include "diagnosis/advice.h"
#include "diagnosis/rules/left_behind.h"

namespace dialwatch::diagnosis {
namespace {

Finding Tell(const Situation& situation, const LeftBehind& left) {
  Finding finding = AboutLeftBehind(left);
  const std::string until = base::FormatClock(left.until);
  finding.summary = fmt::format(
      "{} moved at {} and does not echo at {} any more, where copies ({}) lead its callers until {}",
      finding.subject.dialer, base::FormatClock(left.given_until), Enumerate({left.old.begin(), left.old.end()}),
      Enumerate({left.resolvers.begin(), left.resolvers.end()}), until);
  finding.advice = {fmt::format("bring the old machines back until {}: then the last copies have run out", until)};
  for (const std::string& resolver : left.resolvers) {
    if (const auto page = FlushPage(resolver, situation.settings); !page.empty()) {
      finding.advice.push_back(fmt::format("where they are gone for good, flush the affected names at {}", page));
    }
  }
  finding.advice.push_back(
      fmt::format("at the next move keep the old machines until the TTL ({}) has passed, or lower it before",
                  base::DescribeDuration(left.ttl)));
  return finding;
}

}  // namespace

std::vector<Finding> MediaMovedEarly(const Situation& situation) {
  std::vector<Finding> findings;
  for (const LeftBehind& left : FindLeftBehind(situation)) {
    if (!left.was_split) findings.push_back(Tell(situation, left));
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
