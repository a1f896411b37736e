#include "tests/replay/recording.h"

#include <fmt/format.h>

#include <cstring>
#include <fstream>

#include "daemon/recording/recording_start.h"
#include "tests/world/run.h"

namespace dialwatch::replay {

base::Status WriteRecording(Story story, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  std::string line;
  probes::AppendLine(daemon::StartOf(*story.settings, story.begin), line);
  world::Run(story.world, story.settings, story.begin, story.end, [&](const probes::Sample& sample) {
    file << line;
    line.clear();
    probes::AppendLine(sample, line);
  });
  file << line;
  file.flush();
  if (!file) return base::Error{fmt::format("{}: cannot be written: {}", path, std::strerror(errno))};
  return {};
}

}  // namespace dialwatch::replay
