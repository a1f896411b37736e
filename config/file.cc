#include "config/load.h"
#include "config/regular_file.h"

namespace dialwatch::config {

LoadedConfig LoadConfig(const std::string& path) {
  constexpr std::size_t kMost =
      1 << 20;  // thousands of dialers; more is not a config, and toml++ needs many times its size
  const auto text = ReadRegularFile(path, kMost);
  if (text) return ParseConfig(*text, path);
  return {.settings = {}, .errors = {{.file = path, .message = text.error().what}}};
}

}  // namespace dialwatch::config
