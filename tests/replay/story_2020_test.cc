#include "tests/replay/story_2020.h"

#include <doctest/doctest.h>

#include "daemon/recording/recording_start.h"
#include "probes/record/reader.h"
#include "tests/replay/recording.h"
#include "tests/replay/watch.h"
#include "tests/temporary_folder.h"

namespace dialwatch::replay {

TEST_SUITE("replay/story_2020") {
  TEST_CASE("the model goes by the published timeline") {
    const Story story = StoryOf(Variant::kDay, Policy::kOfThatDay);
    CHECK(story.settings->dialers.size() == 40);
    CHECK(base::FormatRfc3339(Monday(13, 5)) == "2020-08-31T20:05:00Z");
    CHECK(story.WrongAt(Sunday(3)).empty());
    CHECK(story.WrongAt(Sunday(14)).size() == 19);
    CHECK(story.WrongAt(Monday(3)).size() == 19);
    CHECK(story.WrongAt(Monday(6)).size() == 16);  // first reports: "more than ten"
    CHECK(story.WrongAt(Monday(10)).size() == 9);
    CHECK(story.WrongAt(Monday(13, 5)).size() == 3);
    CHECK(story.WrongAt(Monday(14)).empty());
  }

  TEST_CASE("written down it is the same recording") {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "story.ndjson";
    for (const Policy policy : {Policy::kOfThatDay, Policy::kOfToday}) {
      Story story = StoryOf(Variant::kDay, policy);
      story.end = Sunday(0, 30);
      REQUIRE(WriteRecording(story, path));
      auto reader = probes::RecordingReader::Open(path);
      REQUIRE(reader);
      const auto first = reader->Next();
      REQUIRE(first);
      const auto settings = daemon::SettingsOf(std::get<probes::RecordingStart>(**first), path);
      REQUIRE(settings);
      CHECK(settings->dialers == story.settings->dialers);
      std::size_t samples = 0;
      for (auto line = reader->Next(); line && *line; line = reader->Next()) ++samples;
      CHECK(samples == Watch(story).samples);
    }
  }
}

}  // namespace dialwatch::replay
