// Writes 30 and 31 August 2020 as a recording, for `dialwatch replay`:
//   write_story_2020 FILE [day|six-hours|lagging-server|stun-name|behind-the-stun] [that-day|today]
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "tests/replay/recording.h"

using namespace dialwatch::replay;

int main(int argc, char** argv) {
  const std::string_view name = argc > 2 ? argv[2] : FormatVariant(Variant::kDay);
  const std::string_view policy = argc > 3 ? argv[3] : "that-day";
  const auto* variant = std::ranges::find(kVariants, name, FormatVariant);
  if (argc < 2 || argc > 4 || variant == std::end(kVariants) || (policy != "that-day" && policy != "today")) {
    fmt::print(stderr, "usage: {} FILE [day|six-hours|lagging-server|stun-name|behind-the-stun] [that-day|today]\n",
               argv[0]);
    return 2;
  }
  const auto written =
      WriteRecording(StoryOf(*variant, policy == "today" ? Policy::kOfToday : Policy::kOfThatDay), argv[1]);
  if (!written) fmt::print(stderr, "{}\n", written.error().what);
  return written ? 0 : 1;
}
