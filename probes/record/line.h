#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "probes/sample.h"

namespace dialwatch::probes {

// The line that a recording begins with; one like it comes wherever the settings change or the daemon starts anew.
struct RecordingStart {
  static constexpr int kVersion = 1;

  int version = kVersion;
  std::string program = {};  // the version of dialwatch that wrote it
  base::TimePoint at = {};
  bool reload = false;      // the settings have changed; else the daemon starts here, or lines before it are missing
  std::string config = {};  // the settings from here on, as TOML; without secrets

  bool operator==(const RecordingStart&) const = default;
};

// One line of a recording: {"dns":{…}}, {"recording":{…}}.
using RecordingLine = std::variant<RecordingStart, Sample>;

// A longer line is neither written nor read.
constexpr std::size_t kLongestLine = std::size_t{16} * 1024 * 1024;

// Appends the line with its newline. ParseLine gives back an equal one.
void AppendLine(const RecordingStart& start, std::string& out);
void AppendLine(const Sample& sample, std::string& out);

// Errors: "COLUMN: error: what is wrong with it". Text of any kind is safe to give.
base::Result<RecordingLine> ParseLine(std::string_view text);

}  // namespace dialwatch::probes
