#pragma once

#include <string>

#include "base/result.h"
#include "tests/replay/story_2020.h"

namespace dialwatch::replay {

// Writes the story as `run --record` would have.
base::Status WriteRecording(Story story, const std::string& path);

}  // namespace dialwatch::replay
