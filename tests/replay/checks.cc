#include "tests/replay/checks.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace dialwatch::replay {

using Kind = daemon::ReplayEvent::Kind;

void CheckAffected(const Story& story, const Watched& watched, Duration slip) {
  for (const Watched::Moment& moment : watched.moments) {
    const std::string at = base::FormatRfc3339(moment.at);
    CAPTURE(at);
    for (const Wrong& wrong : story.truth) {
      CAPTURE(wrong.dialer);
      const bool said = std::ranges::binary_search(moment.wrong, wrong.dialer);
      if (moment.at > wrong.from + kRefill + kTtlSlack && moment.at < wrong.to) CHECK(said);
      if (moment.at < wrong.from || moment.at > wrong.to + slip + kTurns + kTtlSlack) CHECK_FALSE(said);
    }
    for (const std::string& dialer : moment.wrong) {
      CHECK(std::ranges::find(story.truth, dialer, &Wrong::dialer) != story.truth.end());
    }
  }
}

void CheckNamedInTime(const Watched& watched, const std::string& cause, Duration within) {
  TimePoint first = TimePoint::max();
  for (const auto& [name, at] : watched.first_wrong) first = std::min(first, at);
  const auto* opened = watched.First(Kind::kOpened, cause);
  REQUIRE(opened != nullptr);
  CHECK(opened->incident.key == cause + ":google");
  CHECK(opened->at >= first);
  CHECK(opened->at - first <= within);
  const auto* told = watched.First(Kind::kMessage, cause);
  REQUIRE(told != nullptr);
  CHECK(told->receiver == "oncall");
  CHECK(told->at - opened->at <= std::chrono::seconds(61));  // `for`, to the next conclusion
  CHECK(told->message.summary.find("google") != told->message.summary.npos);
}

}  // namespace dialwatch::replay
