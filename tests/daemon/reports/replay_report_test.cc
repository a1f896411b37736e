#include "daemon/reports/replay_report.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/daemon/recording/replay_world.h"

namespace dialwatch::daemon {
namespace {

const config::Settings kSettings = ReplaySettings(2);

Samples WrongAtQuad9() {
  return TurnsOf(2, 8min, [](DnsSample& sample, int dialer) {
    const bool wrong = sample.via == kQuad9 && dialer == 1 && sample.at >= kMonday + 2min && sample.at < kMonday + 4min;
    if (wrong) GiveWrong(sample, std::chrono::floor<seconds>(kMonday + 4min - sample.at));
    return wrong;
  });
}

ReplayTally TallyOf(const Samples& samples, const Replayed& replayed) {
  ReplayTally tally;
  for (const probes::Sample& sample : samples) tally.Note(sample);
  for (const ReplayEvent& event : replayed.events) tally.Note(event);
  return tally;
}

}  // namespace

TEST_SUITE("daemon/reports/replay_report") {
  TEST_CASE("reads as a person would tell it") {
    const Samples samples = WrongAtQuad9();
    const Replayed replayed = Replay(kSettings, samples);
    std::string text, day;
    for (const ReplayEvent& event : replayed.events) text += RenderEvent(event, day, {});
    text += RenderTally(TallyOf(samples, replayed), kSettings, {});
    CHECK(text == R"(2020-08-31
20:07:10  opened    quad9 gives 203.0.113.66 for d1.example.com, which neither the authority (198.51.100.1) nor history knows; its copy lives 1m 50s more  [dns-bogus:quad9:20200831T200710Z]
20:08:10  firing    quad9 gives 203.0.113.66 for d1.example.com, which neither the authority (198.51.100.1) nor history knows; its copy lives 50s more  [dns-bogus:quad9:20200831T200710Z]
20:08:10  message   to oncall:
    | CRITICAL: quad9 gives wrong addresses for d1 · since 20:07:10 UTC
    | quad9 gives 203.0.113.66 for d1.example.com, which neither the authority (198.51.100.1) nor history knows; its copy lives 50s more
    | First action:
    |   1. have the operator of quad9 drop its copy of the affected names: there is no page for that, write to https://www.quad9.net/support/contact
    |   2. until then, let clients and servers that use quad9 ask cloudflare, which is right
    |   3. look for quad9 in the webphones and in Asterisk: whatever leans on it goes to the wrong place
    | Likely cause: A resolver gives an answer that neither the authority nor history nor `expect` knows. (dns-bogus)
    | Confidence: likely: 1 authoritative server and 2 other operators agree on 198.51.100.1; seen in 6 replies; but no `expect` is configured
    | Until: 20:09:00 UTC, when the last copy seen expires
    | Seen from: office-east
    | Evidence:
    |   d1 quad9
    |     quad9 (9.9.9.9)         203.0.113.66  TTL left 50s  bogus, until 2020-08-31T20:09:00Z
    |     authority (192.0.2.53)  198.51.100.1  TTL left 5m  ok
    |     cloudflare (1.1.1.1)    198.51.100.1  TTL left 5m  ok
    |     google (8.8.8.8)        198.51.100.1  TTL left 5m  ok
    | dns-bogus:quad9:20200831T200710Z
    | https://github.com/dialwatch/dialwatch/blob/main/docs/findings.md#dns-bogus
20:11:09  resolved  after 1m 59s, 1 dialer affected in all  [dns-bogus:quad9:20200831T200710Z]
20:11:09  message   to oncall:
    | RESOLVED after 1m 59s: quad9 gives wrong addresses for d1
    | No longer: quad9 gives 203.0.113.66 for d1.example.com, which neither the authority (198.51.100.1) nor history knows
    | Was: 20:07:10 to 20:09:09 UTC (1m 59s)
    | Seen from: office-east
    | dns-bogus:quad9:20200831T200710Z
    | https://github.com/dialwatch/dialwatch/blob/main/docs/findings.md#dns-bogus
1 incident, 2 messages: 132 samples from 2020-08-31 20:05:10 UTC to 2020-08-31 20:12:50 UTC, of 2 dialers through 3 resolvers
)");
  }

  TEST_CASE("how an incident grows before it fires is no line each, for what fires says how far") {
    std::string day;
    ReplayEvent event{ReplayEvent::Kind::kGrown, kMonday, {}};
    event.incident.state = diagnosis::IncidentState::kPending;
    CHECK(RenderEvent(event, day, {}).empty());
    event.incident.state = diagnosis::IncidentState::kFiring;
    CHECK(RenderEvent(event, day, {}).find("grown") != std::string::npos);
  }

  TEST_CASE("the exit code says whether anybody would have been told") {
    const Samples samples = WrongAtQuad9();
    CHECK(TallyOf(samples, Replay(kSettings, samples)).Exit(true) == 1);
    CHECK(ReplayTally().Exit(true) == 0);
    CHECK(ReplayTally().Exit(false) == 3);
  }

  TEST_CASE("no incident and no sample are told apart") {
    const Samples samples = TurnsOf(2, 1min, [](DnsSample&, int) { return false; });
    CHECK(RenderTally(TallyOf(samples, Replay(kSettings, samples)), kSettings, {}) ==
          "no incident: 16 samples from 2020-08-31 20:05:10 UTC to 2020-08-31 20:05:50 UTC, of 2 dialers through 3 "
          "resolvers\n");
    CHECK(RenderTally({}, kSettings, {}) == "no sample\n");
  }

  TEST_CASE("the JSON has the objects of the contract") {
    const Samples samples = WrongAtQuad9();
    const Replayed replayed = Replay(kSettings, samples);
    base::Json timeline = base::Json::array();
    for (const ReplayEvent& event : replayed.events) timeline.push_back(ToJson(event));
    const base::Json json = ReplayJson(TallyOf(samples, replayed), replayed.last.get(), timeline, 1);
    CHECK(json["version"] == 1);
    CHECK(json["samples"] == samples.size());
    CHECK(json["from"] == "2020-08-31T20:05:10Z");
    CHECK(json["exit"] == 1);
    REQUIRE(json["incidents"].size() == 1);
    CHECK(json["incidents"][0]["cause"] == "dns-bogus");
    CHECK(json["incidents"][0]["state"] == "resolved");
    REQUIRE(json["timeline"].size() == 5);
    CHECK(json["timeline"][0]["event"] == "opened");
    CHECK(json["timeline"][0]["at"] == "2020-08-31T20:07:10Z");
    CHECK(json["timeline"][2]["receiver"] == "oncall");
    CHECK(json["timeline"][2]["text"].get<std::string>().starts_with("CRITICAL: quad9 gives"));
    for (const auto& id : json["incidents"][0]["findings"]) {
      CHECK(std::ranges::any_of(json["findings"], [&](const base::Json& finding) { return finding["id"] == id; }));
    }
  }
}

}  // namespace dialwatch::daemon
