#include "probes/record/reader.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

namespace dialwatch::probes {
namespace {

using base::Error;

Error SystemError(const std::string& path, const char* what) {
  return Error{fmt::format("{}: {}: {}", path, what, std::strerror(errno))};
}

}  // namespace

base::Result<RecordingReader> RecordingReader::Open(const std::string& path) {
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) return Error{path + ": is a folder, not a recording"};
  std::ifstream file(path, std::ios::binary);
  if (!file) return SystemError(path, "cannot be opened");
  return RecordingReader(path, std::move(file));
}

base::Result<std::optional<RecordingLine>> RecordingReader::Next() {
  while (file_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()))) {
    if (file_.eof()) {
      cut_short_ = true;
      break;
    }
    ++line_;
    const std::string_view text(buffer_.data(), static_cast<std::size_t>(file_.gcount()) - 1);
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto line = ParseLine(text);
    if (!line) return Error{fmt::format("{}:{}:{}", path_, line_, line.error().what)};
    return std::optional(*std::move(line));
  }
  if (file_.eof()) return std::optional<RecordingLine>();
  if (file_.bad()) return SystemError(path_, "cannot be read");
  return Error{fmt::format("{}:{}: error: a line of more than {} MiB", path_, line_ + 1, kLongestLine >> 20U)};
}

}  // namespace dialwatch::probes
