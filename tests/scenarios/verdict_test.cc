#include "tests/scenarios/verdict.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/scenarios/scene.h"

using namespace dialwatch::scenarios;
using namespace std::chrono_literals;

namespace {

using dialwatch::config::Severity;
using dialwatch::daemon::ReplayEvent;
using Kind = ReplayEvent::Kind;

Scenario WrongAtGoogle() {
  Scenario scenario;
  scenario.faults = {{.kind = FaultKind::kWrongCopy, .at = "google", .from = 10min, .until = 30min}};
  scenario.incidents = {{.cause = "dns-bogus",
                         .subject = "google",
                         .severity = Severity::kCritical,
                         .affected = 1,
                         .named_within = 1min,
                         .told_within = 2min,
                         .over_within = 6min,
                         .says = {"google is wrong"}}};
  return scenario;
}

// The life of one incident: opened, firing and told a minute later, resolved.
struct Life {
  std::string key = "dns-bogus:google", says = "google is wrong";
  Severity severity = Severity::kCritical;
  Duration opened = 10min + 30s, over = 34min;
  std::vector<std::string> affected{"d1"};
};

void Live(Stories& stories, const Life& life) {
  ReplayEvent event;
  event.at = kStart + life.opened;
  event.incident.id = life.key + ":1";
  event.incident.key = life.key;
  event.incident.cause = life.key.substr(0, life.key.find(':'));
  event.incident.severity = life.severity;
  event.incident.affected = life.affected;
  stories.Take(event);
  event.at += 1min;
  event.kind = Kind::kFiring;
  stories.Take(event);
  event.kind = Kind::kMessage;
  event.message.summary = life.says;
  stories.Take(event);
  event.at = kStart + life.over;
  event.kind = Kind::kResolved;
  stories.Take(event);
}

std::string Complaints(const Scenario& scenario, const std::vector<Life>& lives) {
  Stories stories;
  for (const Life& life : lives) Live(stories, life);
  return fmt::format("{}", fmt::join(Judge(scenario, stories, kStart).complaints, "\n"));
}

}  // namespace

TEST_SUITE("scenarios/verdict") {
  TEST_CASE("what comes as expected is right") {
    CHECK(Complaints(WrongAtGoogle(), {Life{}}) == "");
  }

  TEST_CASE("what does not come is missed, and what nobody expects is a false alarm") {
    Stories stories;
    Live(stories, {.key = "dns-bogus:quad9", .says = "quad9 is wrong"});
    const Score score = Judge(WrongAtGoogle(), stories, kStart);
    CHECK(score.named == 0);
    CHECK(score.missed == 1);
    CHECK(score.false_alarms == 1);
    REQUIRE(score.complaints.size() == 2);
    CHECK(score.complaints[0] == "dns-bogus:google does not come");
    CHECK(score.complaints[1].starts_with("dns-bogus:quad9 is a false alarm at 10m 30s: "));
  }

  TEST_CASE("size, times and words are held to what is expected") {
    CHECK(Complaints(WrongAtGoogle(), {{.severity = Severity::kWarning}}) == "dns-bogus:google is warning");
    CHECK(Complaints(WrongAtGoogle(), {{.affected = {"d1", "d2"}}}) == "dns-bogus:google affects 2 dialers, not 1");
    CHECK(Complaints(WrongAtGoogle(), {{.opened = 11min + 5s}}) ==
          "dns-bogus:google is named after 1m 5s\ndns-bogus:google is told after 2m 5s");
    CHECK(Complaints(WrongAtGoogle(), {{.opened = 9min}}).starts_with("dns-bogus:google is named 1m too early"));
    CHECK(Complaints(WrongAtGoogle(), {{.over = 37min}}) == "dns-bogus:google is over after 7m");
    CHECK(Complaints(WrongAtGoogle(), {{.says = "something is"}})
              .starts_with("dns-bogus:google does not say \"google is wrong\":\n"));
  }

  TEST_CASE("what may come is no false alarm, but each message of it counts") {
    Scenario scenario = WrongAtGoogle();
    scenario.may = {"dns-failing:google"};
    const Life other{.key = "dns-failing:google"};
    CHECK(Complaints(scenario, {Life{}, other}) == "");
    scenario.messages = 1;
    CHECK(Complaints(scenario, {Life{}, other}) == "2 messages, not 1");
  }

  TEST_CASE("an incident of one fault counts from that one") {
    Scenario scenario = WrongAtGoogle();
    scenario.faults.push_back({.kind = FaultKind::kDown, .at = "quad9", .from = 2min, .until = 40min});
    scenario.incidents[0].of = 1;
    CHECK(Complaints(scenario, {Life{}}) == "");
    scenario.incidents[0].of = 0;
    CHECK(Complaints(scenario, {Life{}}) != "");
  }
}
