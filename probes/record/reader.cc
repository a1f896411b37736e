#include "probes/record/reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace dialwatch::probes {
namespace {

using base::Error;

constexpr std::size_t kPiece = std::size_t{256} * 1024;  // octets read at once

Error SystemError(const std::string& path, const char* what) {
  return Error{fmt::format("{}: {}: {}", path, what, std::strerror(errno))};
}

}  // namespace

base::Result<RecordingReader> RecordingReader::Open(const std::string& path) {
  base::UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return SystemError(path, "cannot be opened");
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return SystemError(path, "cannot be looked at");
  if (S_ISDIR(status.st_mode)) return Error{path + ": is a folder, not a recording"};
  return RecordingReader(path, std::move(file));
}

// False at the end of the file.
base::Result<bool> RecordingReader::Fill() {
  if (from_ > 0) std::memmove(buffer_.data(), buffer_.data() + from_, to_ - from_);
  to_ -= from_;
  from_ = 0;
  if (buffer_.size() - to_ < kPiece) buffer_.resize(std::max(2 * to_, to_ + kPiece));
  ssize_t size = 0;
  do {
    size = read(file_.get(), buffer_.data() + to_, buffer_.size() - to_);
  } while (size < 0 && errno == EINTR);
  if (size < 0) return SystemError(path_, "cannot be read");
  to_ += static_cast<std::size_t>(size);
  return size > 0;
}

base::Result<std::optional<RecordingLine>> RecordingReader::Next() {
  std::size_t looked_at = 0;  // of what waits
  while (true) {
    const std::string_view rest(buffer_.data() + from_, to_ - from_);
    const std::size_t end = rest.find('\n', looked_at);
    if (end == std::string_view::npos) {
      looked_at = rest.size();
      if (looked_at > kLongestLine) {
        return Error{fmt::format("{}:{}: error: a line of more than {} MiB", path_, line_ + 1, kLongestLine >> 20U)};
      }
      if (!at_end_) {
        const auto more = Fill();
        if (!more) return more.error();
        at_end_ = !*more;
        continue;
      }
      cut_short_ = !rest.empty();
      return std::optional<RecordingLine>();
    }
    from_ += end + 1;
    looked_at = 0;
    ++line_;
    const std::string_view text = rest.substr(0, end);
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto line = ParseLine(text);
    if (!line) return Error{fmt::format("{}:{}:{}", path_, line_, line.error().what)};
    return std::optional(*std::move(line));
  }
}

}  // namespace dialwatch::probes
