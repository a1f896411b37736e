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

  TEST_CASE("a title says the same without who they are") {
    CHECK(Title(About(ForDialers("dns-bogus", {10})), {"d10"}, 40) == "google gives wrong addresses for d10");
    CHECK(Title(About(ForDialers("dns-bogus", {2})), {"d1", "d2", "d10"}, 40) ==
          "google gives wrong addresses for 3 of 40 dialers");
    CHECK(Title(About(ForDialers("dns-bogus", {2, 7, 9}), ForDialers("media-misdirected", {2, 7})), {"d2", "d7", "d9"},
                10) == "google sends callers of 2 of 10 dialers where they are not heard");
    CHECK(Title("turn-down", "east", {"d1", "d2"}, 40) == "relay east is down");
    CHECK(Title("vantage-blind", "", {}, 40) == "our own network is out");
  }

  TEST_CASE("there is no title where its words do not fit what was found") {
    CHECK(Title("dns-bogus", "google", {}, 40) == "");                              // of whom?
    CHECK(Title("stun-mapping-split", "", {"d1"}, 40) == "");                       // nobody knows which server
    CHECK(Title("rtp-unreachable", "/etc/dialwatch/key", {"d1", "d2"}, 40) == "");  // not tested, for want of a key
    CHECK(Epilogue("rtp-unreachable", "/etc/dialwatch/key", {"d1", "d2"}, 40) == "");
    CHECK(Title("rtp-unreachable", "d1", {"d1"}, 40) == "no audio comes back from d1");
    CHECK(Title("rtp-unreachable", "", {"d1", "d2"}, 2) == "no audio comes back from all 2 dialers");
  }

  TEST_CASE("what is left of a zone's fault is told of those where it is left") {
    Cause cause = About(ForDialers("ttl-policy", {1, 2}));
    cause.about = "example.com";
    for (Finding& finding : cause.findings) finding.subject.resolver = "";
    cause.is_over = true;
    cause.symptoms = ForDialers("ttl-lingering", {1, 2});
    CHECK(Title(cause, {"d1", "d2"}, 40) == "google holds copies above the TTL limit for 2 of 40 dialers");
    cause.symptoms.push_back(AtResolver("ttl-lingering", "d1", "quad9"));
    CHECK(Title(cause, {"d1", "d2"}, 40) == "each of 2 resolvers holds copies above the TTL limit for 2 of 40 dialers");
    CHECK(
        Headline(cause, 40) ==
        "each of 2 resolvers holds copies with a TTL above the limit for 2 of 40 dialers (d1 and d2), left of what is "
        "over itself: the authority of example.com gives TTLs above the limit for 2 of 40 dialers (d1 and d2)");
  }

  TEST_CASE("every rule that makes incidents has a title, and with usual names a heading has room for it") {
    constexpr std::size_t kRoom = 72;
    const std::vector<std::string> hit(100);
    for (const RuleEntry& entry : Rules()) {
      if (entry.severity == Severity::kInfo) continue;
      const std::string rule(entry.id);
      CAPTURE(rule);
      const bool is_server = rule.starts_with("stun-") || rule.starts_with("turn-");
      std::size_t titles = 0;
      for (const char* about : {is_server ? "telnyx-east" : "cloudflare", "example.com", ""}) {
        const std::string title = Title(rule, about, hit, 200);
        CAPTURE(title);
        CHECK(title.size() <= kRoom);
        titles += title.empty() ? 0 : 1;
      }
      CHECK(titles > 0);
    }
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
      REQUIRE(WordingOf(entry.id) != nullptr);
      CHECK(WordingOf(entry.id)->OfMany());
    }
  }
}

}  // namespace dialwatch::diagnosis
