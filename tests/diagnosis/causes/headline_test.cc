#include "diagnosis/causes/headline.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "diagnosis/causes/wordings.h"
#include "tests/diagnosis/causes/findings.h"

namespace dialwatch::diagnosis {
namespace {

std::vector<Finding> ForDialers(const std::string& rule, std::initializer_list<int> dialers) {
  std::vector<Finding> findings;
  for (const int dialer : dialers) findings.push_back(AtResolver(rule, fmt::format("d{}", dialer), "google"));
  return findings;
}

Cause About(std::vector<Finding> findings, std::vector<Finding> symptoms = {}) {
  return {"", "google", std::move(findings), std::move(symptoms)};
}

}  // namespace

TEST_SUITE("diagnosis/causes/headline") {
  TEST_CASE("a single finding speaks for itself, many are counted, and their dialers stand in natural order") {
    CHECK(Headline(About(ForDialers("dns-bogus", {10})), 40) == "dns-bogus d10 google");
    CHECK(Headline(About(ForDialers("dns-bogus", {10, 2, 1, 30})), 40) ==
          "google gives wrong addresses for 4 of 40 dialers (d1, d2, d10 and d30)");
    CHECK(Headline(About(ForDialers("dns-bogus", {10, 2, 1, 30, 31})), 40) ==
          "google gives wrong addresses for 5 of 40 dialers (d1, d2, d10 and 2 more)");
  }

  TEST_CASE("all dialers are not named one by one, and one at two resolvers of an operator is one") {
    CHECK(Headline(About(ForDialers("dns-bogus", {1, 2})), 2) == "google gives wrong addresses for all 2 dialers");
    CHECK(Headline(About(ForDialers("dns-bogus", {1, 1})), 2) == "google gives wrong addresses for d1");
  }

  TEST_CASE("that callers are not heard leads, and who they are is said once") {
    CHECK(Headline(About(ForDialers("dns-bogus", {2, 7}), ForDialers("media-misdirected", {2, 7})), 10) ==
          "google sends callers of 2 of 10 dialers to addresses without their audio (d2 and d7): it gives wrong "
          "addresses for them");
    CHECK(Headline(About(ForDialers("dns-stale", {2, 7, 9}), ForDialers("media-misdirected", {2, 7})), 10) ==
          "google sends callers of 2 of 10 dialers to addresses without their audio (d2 and d7); it gives past "
          "addresses for 3 of 10 dialers (d2, d7 and d9)");
  }

  TEST_CASE("one finding and one that leads both speak for themselves; one that leads many finds their words") {
    CHECK(Headline(About(ForDialers("dns-bogus", {2}), ForDialers("media-misdirected", {2})), 10) ==
          "media-misdirected d2 google; dns-bogus d2 google");
    CHECK(Headline(About(ForDialers("dns-bogus", {2, 3}), ForDialers("media-misdirected", {2})), 10) ==
          "media-misdirected d2 google; it gives wrong addresses for 2 of 10 dialers (d2 and d3)");
  }

  TEST_CASE("a symptom that does not lead is not in the headline") {
    CHECK(Headline(About(ForDialers("dns-bogus", {2}), ForDialers("ttl-impossible", {2})), 10) ==
          "dns-bogus d2 google");
  }

  TEST_CASE("what is over is told of all that it hit; a rule without words for many leaves that to its last finding") {
    CHECK(Epilogue("dns-bogus", "google", {"d1", "d2", "d10"}, 40) ==
          "google gives wrong addresses for 3 of 40 dialers (d1, d2 and d10)");
    CHECK(Epilogue("turn-down", "telnyx", {"d1", "d2"}, 40).empty());
    CHECK(Epilogue("dns-bogus", "google", {}, 40).empty());
  }

  TEST_CASE("findings without words for many are counted") {
    CHECK(Headline(About(ForDialers("turn-down", {1, 2, 3})), 40) == "turn-down d1 google (and 2 more like it)");
  }

  TEST_CASE("every wording is of a rule, and every rule that may be told of many dialers has words for it") {
    const auto is_rule = [](std::string_view id) {
      return std::ranges::find(Rules(), id, &RuleEntry::id) != Rules().end();
    };
    for (const Wording& wording : Wordings()) CHECK(is_rule(wording.rule));
    for (const RuleEntry& entry : Rules()) {
      if (entry.severity == Severity::kInfo || !(entry.id.starts_with("dns-") || entry.id.starts_with("ttl-")))
        continue;
      if (entry.id == "dns-authority-down" || entry.id == "dns-port-blocked") continue;  // one finding for all
      CAPTURE(entry.id);
      CHECK(WordingOf(entry.id) != nullptr);
    }
  }
}

}  // namespace dialwatch::diagnosis
