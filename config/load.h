#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace dialwatch::config {

// One thing wrong with a file, told so that an editor can jump there.
struct ConfigError {
  std::string file;
  int line = 0;    // from 1; 0 where the file as a whole is meant
  int column = 0;  // from 1, in characters
  std::string message;

  // "FILE:LINE:COL: error: MESSAGE", or "FILE: error: MESSAGE".
  std::string ToString() const;

  bool operator==(const ConfigError&) const = default;
};

// Settings, or every reason why there are none, sorted by line and column.
struct LoadedConfig {
  std::optional<Settings> settings;
  std::vector<ConfigError> errors;
};

// Reads a regular file of at most 1 MiB; anything else at `path` is an error, and never waits.
LoadedConfig LoadConfig(const std::string& path);

// Reads the text of a file; `name` stands in errors and becomes Settings::source. Text of any kind is safe to give.
LoadedConfig ParseConfig(std::string_view text, const std::string& name);

// The effective settings, defaults included, as TOML that ParseConfig reads back to equal ones.
std::string DumpSettings(const Settings& settings);

}  // namespace dialwatch::config
