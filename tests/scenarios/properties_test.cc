#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <random>

#include "base/names.h"
#include "tests/scenarios/play.h"
#include "tests/scenarios/reader.h"

// What must hold whatever is wrong.
using namespace dialwatch;
using namespace dialwatch::scenarios;

namespace {

constexpr std::uint64_t kSeed = 11;

std::vector<Scenario> Catalogue() {
  std::vector<Scenario> all;
  for (Read& read : ReadCatalogue(DIALWATCH_SOURCE_DIR "/tests/scenarios/catalogue")) {
    if (read.errors.empty()) all.push_back(std::move(read.scenario));
  }
#ifdef DIALWATCH_FEWER_RUNS
  all.resize(6);
#endif
  return all;
}

std::string At(const std::optional<TimePoint>& time) {
  return time ? base::FormatClock(*time) : "never";
}

std::string Told(const Stories& stories) {
  std::string text;
  for (const Story& story : stories.all()) {
    text += fmt::format("{} {} of {} fired {} over {} in {} messages\n", story.id, base::NameOf(story.severity),
                        story.affected, At(story.fired), At(story.over), story.messages.size());
    for (const auto& [key, name] : story.names) {
      text += fmt::format("  {} since {}, told {}\n", key, At(name.since), At(name.told));
    }
  }
  return text;
}

// See daemon::TimeOf.
TimePoint& TimeIn(probes::Sample& sample) {
  return std::visit(
      [](auto& seen) -> TimePoint& {
        if constexpr (requires { seen.call.at; }) {
          return seen.call.at;
        } else {
          return seen.at;
        }
      },
      sample);
}

}  // namespace

TEST_SUITE("scenarios/properties") {
  TEST_CASE("the order of samples of one moment changes nothing") {
    std::minstd_rand dice(7);
    for (const Scenario& scenario : Catalogue()) {
      CAPTURE(scenario.name);
      Samples samples = Record(scenario, kSeed);
      for (probes::Sample& sample : samples) TimeIn(sample) = std::chrono::floor<std::chrono::seconds>(TimeIn(sample));
      const std::string told = Told(Replay(scenario, samples));
      const auto same_time = [](probes::Sample& a, probes::Sample& b) { return TimeIn(a) == TimeIn(b); };
      for (auto begin = samples.begin(); begin != samples.end();) {
        const auto end = std::find_if_not(begin, samples.end(), [&](auto& each) { return same_time(*begin, each); });
        std::shuffle(begin, end, dice);
        begin = end;
      }
      CHECK(Told(Replay(scenario, samples)) == told);
    }
  }

  TEST_CASE("no incident comes without evidence, and each ends once its fault is gone") {
    for (const Scenario& scenario : Catalogue()) {
      CAPTURE(scenario.name);
      const Stories stories = Replay(scenario, Record(scenario, kSeed));
      for (const Story& story : stories.all()) {
        CAPTURE(story.id);
        CHECK(fmt::format("{}", fmt::join(story.bare, " ")) == "");
        CHECK(story.over);
      }
    }
  }
}
