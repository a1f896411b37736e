#include "tests/scenarios/verdict.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/duration_text.h"
#include "base/names.h"

namespace dialwatch::scenarios {
namespace {

// The part of the scenario's time in which what makes an incident is there.
struct Span {
  Duration from{}, until{};
};

Span SpanOf(const Scenario& scenario, const Expected& expected) {
  if (expected.of > 0) {
    const Fault& fault = scenario.faults[static_cast<std::size_t>(expected.of) - 1];
    return {fault.from, fault.until};
  }
  Span span{Duration::max(), Duration::zero()};
  for (const Fault& fault : scenario.faults) {
    span.from = std::min(span.from, fault.from);
    span.until = std::max(span.until, fault.until);
  }
  return span;
}

// One expected incident against the one that came for it; `last` is another where that came again.
class Comparison {
 public:
  Comparison(const Scenario& scenario, const Expected& expected, const Story& story, const Story& last, TimePoint start,
             Score& score)
      : scenario_(scenario), expected_(expected), story_(story), last_(last), start_(start), score_(score) {}

  void Run() {
    CheckSize();
    CheckTimes();
    for (const std::string& rule : expected_.findings) {
      if (!story_.rules.contains(rule)) Complain("has no {}, only {}", rule, fmt::join(story_.rules, ", "));
    }
    const std::string first = story_.messages.empty() ? "" : story_.messages.front();
    for (const std::string& text : expected_.says) {
      if (first.find(text) == std::string::npos) Complain("does not say \"{}\":\n{}", text, first);
    }
    for (const std::string& text : expected_.never_says) {
      for (const std::string& message : story_.messages) {
        if (message.find(text) != std::string::npos) Complain("says \"{}\":\n{}", text, message);
      }
    }
  }

 private:
  template <typename... Args>
  void Complain(fmt::format_string<Args...> text, Args&&... args) {
    score_.complaints.push_back(fmt::format("{} {}", expected_.Key(), fmt::format(text, std::forward<Args>(args)...)));
  }

  void CheckSize() {
    if (story_.severity != expected_.severity) Complain("is {}", base::NameOf(story_.severity));
    if (story_.affected != static_cast<std::size_t>(expected_.affected)) {
      Complain("affects {} dialers, not {}", story_.affected, expected_.affected);
    }
    if (!expected_.confidence.empty() && story_.confidence != expected_.confidence) {
      Complain("is {}, not {}", story_.confidence, expected_.confidence);
    }
  }

  void CheckTimes() {
    const Span span = SpanOf(scenario_, expected_);
    const auto within = [&](std::string_view what, const std::optional<TimePoint>& at, Duration since, Duration limit) {
      if (!at) {
        Complain("is never {}", what);
        return Duration::zero();
      }
      const Duration took = *at - start_ - since;
      if (took < Duration::zero()) Complain("is {} {} too early", what, base::DescribeDuration(-took));
      if (took > limit) Complain("is {} after {}", what, base::DescribeDuration(took));
      return took;
    };
    const Naming& name = story_.names.at(expected_.Key());
    score_.named_after = std::max(score_.named_after, within("named", name.since, span.from, expected_.named_within));
    score_.told_after = std::max(score_.told_after, within("told", name.told, span.from, expected_.told_within));
    within("over", last_.over, span.until, expected_.over_within);
  }

  const Scenario& scenario_;
  const Expected& expected_;
  const Story& story_;
  const Story& last_;
  const TimePoint start_;
  Score& score_;
};

// By any of its names: a cause that comes to light later is no second alarm.
bool IsOneOf(const std::vector<std::string>& keys, const Story& story) {
  return std::ranges::any_of(keys, [&](const std::string& key) { return story.names.contains(key); });
}

}  // namespace

void Score::operator+=(const Score& more) {
  named += more.named;
  missed += more.missed;
  false_alarms += more.false_alarms;
  named_after = std::max(named_after, more.named_after);
  told_after = std::max(told_after, more.told_after);
  complaints.insert(complaints.end(), more.complaints.begin(), more.complaints.end());
}

Score Judge(const Scenario& scenario, const Stories& stories, TimePoint start) {
  Score score;
  std::vector<std::string> expected_keys = scenario.may;
  for (const Expected& expected : scenario.incidents) {
    expected_keys.push_back(expected.Key());
    std::vector<const Story*> came;
    for (const Story& story : stories.all()) {
      if (story.fired && story.names.contains(expected.Key())) came.push_back(&story);
    }
    if (came.empty()) {
      ++score.missed;
      score.complaints.push_back(fmt::format("{} does not come", expected.Key()));
    } else {
      ++score.named;
      Comparison(scenario, expected, *came.front(), *came.back(), start, score).Run();
    }
  }
  for (const Story& story : stories.all()) {
    if (!story.fired || IsOneOf(expected_keys, story)) continue;
    ++score.false_alarms;
    score.complaints.push_back(fmt::format("{} is a false alarm at {}: {}", story.names.begin()->first,
                                           base::DescribeDuration(story.opened - start),
                                           story.messages.empty() ? "" : story.messages.front()));
  }
  const std::size_t most = scenario.messages < 0 ? 2 * scenario.incidents.size() + 2 * scenario.may.size()
                                                 : static_cast<std::size_t>(scenario.messages);
  if (stories.messages() > most) {
    score.complaints.push_back(fmt::format("{} messages, not {}", stories.messages(), most));
  }
  return score;
}

}  // namespace dialwatch::scenarios
