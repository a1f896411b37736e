#include "tests/replay/story_2020.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "alerting/plain_text.h"
#include "probes/record/reader.h"
#include "tests/replay/chart.h"
#include "tests/replay/recording.h"
#include "tests/temporary_folder.h"

namespace dialwatch::replay {
namespace {

using namespace std::chrono_literals;
using Kind = daemon::ReplayEvent::Kind;
using Causes = std::set<std::string>;

// A copy that has ended is filled when it is asked for next, with the jitter of turns.
constexpr Duration kRefill = 31s;
// Two addresses are asked in turn, and the one that was not asked still stands as it was.
constexpr Duration kTurns = 2 * 31s;
constexpr Duration kTtlSlack = 2s;

std::string Text(TimePoint at) {
  return base::FormatRfc3339(at);
}

// Who is said to be wrong is wrong, and who is wrong is said to be, but for what an interval hides. `slip`: how much
// later than the model's the copies may have been filled by then.
void CheckAffected(const Story& story, const Watched& watched, Duration slip) {
  for (const Watched::Moment& moment : watched.moments) {
    for (const Wrong& wrong : story.truth) {
      CAPTURE(wrong.dialer);
      CAPTURE(Text(moment.at));
      const bool said = std::ranges::binary_search(moment.wrong, wrong.dialer);
      if (moment.at > wrong.from + kRefill + kTtlSlack && moment.at < wrong.to) CHECK(said);
      if (moment.at < wrong.from || moment.at > wrong.to + slip + kTurns + kTtlSlack) CHECK_FALSE(said);
    }
    for (const std::string& dialer : moment.wrong) {
      CHECK(std::ranges::find(story.truth, dialer, &Wrong::dialer) != story.truth.end());
    }
  }
}

const Wrong& TruthOf(const Story& story, const std::string& dialer) {
  return *std::ranges::find(story.truth, dialer, &Wrong::dialer);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Seen from the first wrong answer that any probe had.
void CheckNamedInTime(const Watched& watched) {
  REQUIRE_FALSE(watched.first_wrong.empty());
  TimePoint first = TimePoint::max();
  for (const auto& [dialer, at] : watched.first_wrong) first = std::min(first, at);
  const auto* opened = watched.First(Kind::kOpened, "dns-bogus");
  REQUIRE(opened != nullptr);
  CHECK(opened->incident.key == "dns-bogus:google");
  CHECK(opened->at - first <= 60s);
  CHECK(opened->incident.since == first);
  const auto* told = watched.First(Kind::kMessage, "dns-bogus");
  REQUIRE(told != nullptr);
  CHECK(told->receiver == "oncall");
  CHECK(told->at - opened->at == 60s);  // `for`
  CHECK(told->message.summary.find("google") != std::string::npos);
}

}  // namespace

TEST_SUITE("replay/story_2020") {
  TEST_CASE("the model goes by the published timeline") {
    const Story story = StoryOf(Variant::kDay, Policy::kOfThatDay);
    CHECK(story.settings->dialers.size() == 40);
    CHECK(Text(Monday(13, 5)) == "2020-08-31T20:05:00Z");
    CHECK(story.WrongAt(Sunday(3)).empty());
    CHECK(story.WrongAt(Sunday(14)).size() == 19);
    CHECK(story.WrongAt(Monday(3)).size() == 19);
    CHECK(story.WrongAt(Monday(6)).size() == 16);  // first reports: "more than ten"
    CHECK(story.WrongAt(Monday(10)).size() == 9);
    CHECK(story.WrongAt(Monday(13, 5)).size() == 3);
    CHECK(story.WrongAt(Monday(14)).empty());
  }

  TEST_CASE("by the policy of that day it is told on Sunday at night, with the cause, and who is affected until when") {
    const Story story = StoryOf(Variant::kDay, Policy::kOfThatDay);
    const Watched watched = Watch(story);
    CheckNamedInTime(watched);
    CHECK(watched.First(Kind::kMessage, "dns-bogus")->at < Sunday(3, 33));
    CHECK(watched.Causes(Kind::kMessage) == Causes{"dns-bogus", "dns-resolver-down"});
    CheckAffected(story, watched, kRefill);
    for (const Watched::Moment& moment : watched.moments) {
      for (const std::string& dialer : moment.wrong) {
        if (moment.at >= TruthOf(story, dialer).to) continue;
        CAPTURE(dialer);
        CAPTURE(Text(moment.at));
        REQUIRE(moment.etas.contains(dialer));
        const Duration late = moment.etas.at(dialer) - TruthOf(story, dialer).to;
        CHECK(late >= -kTtlSlack);
        CHECK(late <= kRefill + kTtlSlack);
      }
    }
    const auto* resolved = watched.First(Kind::kResolved, "dns-bogus");
    REQUIRE(resolved != nullptr);
    CHECK(resolved->incident.affected.size() == story.truth.size());

    const std::string drawn = DrawChart(story, watched);
    const std::string path = DIALWATCH_SOURCE_DIR "/docs/replay-2020.svg";
    if (std::getenv("DIALWATCH_WRITE_DOCS") != nullptr) std::ofstream(path, std::ios::binary) << drawn;
    CHECK(ReadFile(path) == drawn);
  }

  TEST_CASE("by today's policy two of the roots are told the day before, and where the audio goes with the rest") {
    Story story = StoryOf(Variant::kDay, Policy::kOfToday);
    story.end = Sunday(8);
    const Watched watched = Watch(story);
    CheckNamedInTime(watched);
    CheckAffected(story, watched, kRefill);
    for (const char* cause : {"ttl-policy", "ice-server-forbidden"}) {
      CAPTURE(cause);
      const auto* told = watched.First(Kind::kMessage, cause);
      REQUIRE(told != nullptr);
      CHECK(told->at < story.begin + 2min);
    }
    CHECK(watched.Causes(Kind::kMessage) ==
          Causes{"dns-bogus", "dns-resolver-down", "ice-server-forbidden", "ttl-policy"});
    const auto* grown = watched.First(Kind::kGrown, "dns-bogus");
    REQUIRE(grown != nullptr);
    CHECK(std::ranges::any_of(grown->incident.symptoms,
                              [](const auto& finding) { return finding.rule == "media-misdirected"; }));
  }

  TEST_CASE("copies of six hours that are filled wrong again are one incident, and none is said to last longer") {
    Story story = StoryOf(Variant::kSixHours, Policy::kOfThatDay);
    story.end = Sunday(17);
    const Watched watched = Watch(story);
    CheckNamedInTime(watched);
    CheckAffected(story, watched, 0s);
    CHECK(watched.Causes(Kind::kOpened).contains("dns-bogus"));
    std::size_t incidents = 0;
    for (const auto& event : watched.events) {
      if (event.kind == Kind::kOpened && event.incident.cause == "dns-bogus") ++incidents;
    }
    CHECK(incidents == 1);
    for (const Watched::Moment& moment : watched.moments) {
      for (const auto& [dialer, eta] : moment.etas) CHECK(eta <= moment.at + 6h);
    }
  }

  TEST_CASE("a server of the zone that is cut off is named itself, and no resolver for what it fills") {
    Story story = StoryOf(Variant::kLaggingServer, Policy::kOfToday);
    story.end = Sunday(8);
    const Watched watched = Watch(story);
    const auto* opened = watched.First(Kind::kOpened, "dns-authority-split");
    REQUIRE(opened != nullptr);
    const auto& evidence = opened->incident.findings.front().evidence;
    CHECK(std::ranges::any_of(evidence,
                              [](const auto& row) { return row.vantage.find("192.0.2.54") != row.vantage.npos; }));
    for (const char* cause : {"dns-bogus", "dns-stale"}) CHECK_FALSE(watched.Causes(Kind::kMessage).contains(cause));
  }

  TEST_CASE("where only a cache behind the STUN service is wrong, nothing is claimed but what can be seen") {
    Story story = StoryOf(Variant::kBehindTheStun, Policy::kOfToday);
    story.end = Sunday(8);
    CHECK_FALSE(story.WrongAt(Sunday(7)).empty());
    CHECK(Watch(story).Causes(Kind::kMessage) == Causes{"dns-resolver-down", "ice-server-forbidden", "ttl-policy"});
  }

  TEST_CASE("written down it is the same recording") {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "story.ndjson";
    Story story = StoryOf(Variant::kDay, Policy::kOfThatDay);
    story.end = Sunday(0, 30);
    REQUIRE(WriteRecording(story, path));
    auto reader = probes::RecordingReader::Open(path);
    REQUIRE(reader);
    std::size_t samples = 0;
    while (true) {
      const auto line = reader->Next();
      REQUIRE(line);
      if (!*line) break;
      if (std::holds_alternative<probes::Sample>(**line)) ++samples;
    }
    CHECK(samples == Watch(story).samples);
  }
}

}  // namespace dialwatch::replay
