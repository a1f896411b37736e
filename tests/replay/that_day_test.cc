#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/replay/chart.h"
#include "tests/replay/checks.h"

namespace dialwatch::replay {
namespace {

using Kind = daemon::ReplayEvent::Kind;
using Causes = std::set<std::string>;

const Wrong& TruthOf(const Story& story, const std::string& dialer) {
  return *std::ranges::find(story.truth, dialer, &Wrong::dialer);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_SUITE("replay/that_day") {
  TEST_CASE("by the policy of that day it is told on Sunday at night, with the cause, and who is affected until when") {
    const Story story = StoryOf(Variant::kDay, Policy::kOfThatDay);
    const Watched watched = Watch(story);
    CheckNamedInTime(watched, "dns-bogus");
    CHECK(watched.First(Kind::kMessage, "dns-bogus")->at < Sunday(3, 33));
    CHECK(watched.Causes(Kind::kMessage) == Causes{"dns-bogus", "dns-resolver-down"});
    CheckAffected(story, watched, kRefill);
    for (const Watched::Moment& moment : watched.moments) {
      for (const std::string& dialer : moment.wrong) {
        if (moment.at >= TruthOf(story, dialer).to) continue;
        CAPTURE(dialer);
        CAPTURE(base::FormatRfc3339(moment.at));
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
}

}  // namespace dialwatch::replay
