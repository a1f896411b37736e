#include "daemon/recording/recording_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace dialwatch::daemon {
namespace {

using base::Error;

constexpr std::string_view kBeginning = R"({"recording":)";

Error SystemError(const std::string& path, std::string_view what) {
  return Error{fmt::format("{}: {}: {}", path, what, std::strerror(errno))};
}

}  // namespace

base::Result<RecordingFile> RecordingFile::Open(const std::string& path) {
  constexpr int kHow = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW;
  base::UniqueFd descriptor(open(path.c_str(), kHow, 0600));
  if (!descriptor && errno == ELOOP) return Error{path + ": is a symbolic link; name the file itself"};
  if (!descriptor) return SystemError(path, "cannot be opened");
  RecordingFile file(path, std::move(descriptor));
  if (const auto adopted = file.Adopt(); !adopted) return adopted.error();
  return file;
}

base::Status RecordingFile::Adopt() {
  struct stat status {};
  if (fstat(file_.get(), &status) != 0) return SystemError(path_, "cannot be looked at");
  if (!S_ISREG(status.st_mode)) return Error{path_ + ": is no regular file"};
  if (status.st_uid != geteuid()) return Error{path_ + ": belongs to another user; name another file"};
  if (flock(file_.get(), LOCK_EX | LOCK_NB) != 0) return Error{path_ + ": another process records into it"};
  size_ = status.st_size;
  if (!IsRecording() && !IsBlank()) return Error{path_ + ": is there already, and no recording; name another file"};
  if (fchmod(file_.get(), 0600) != 0) return SystemError(path_, "cannot be kept from others");
  std::array<char, 4096> piece{};
  while (size_ > 0) {
    const auto from = std::max<std::int64_t>(0, size_ - static_cast<std::int64_t>(piece.size()));
    const ssize_t got = pread(file_.get(), piece.data(), static_cast<std::size_t>(size_ - from), from);
    if (got < size_ - from) return SystemError(path_, "cannot be read");
    const auto newline = std::string_view(piece.data(), static_cast<std::size_t>(got)).rfind('\n');
    size_ = newline == std::string_view::npos ? from : from + static_cast<std::int64_t>(newline) + 1;
    if (newline != std::string_view::npos) break;
  }
  if (size_ < status.st_size && ftruncate(file_.get(), size_) != 0) return SystemError(path_, "cannot be cut");
  return {};
}

// Or the beginning of one, after which the disk was full.
bool RecordingFile::IsRecording() const {
  std::array<char, kBeginning.size()> beginning{};
  const ssize_t got = pread(file_.get(), beginning.data(), beginning.size(), 0);
  return got >= 0 && kBeginning.starts_with(std::string_view(beginning.data(), static_cast<std::size_t>(got)));
}

// What a power cut leaves of a file whose length was on the disk before its octets.
bool RecordingFile::IsBlank() const {
  std::array<char, 4096> piece{};
  for (std::int64_t at = 0; at < size_;) {
    const ssize_t got = pread(file_.get(), piece.data(), piece.size(), at);
    if (got <= 0 || std::any_of(piece.begin(), piece.begin() + got, [](char octet) { return octet != 0; }))
      return false;
    at += got;
  }
  return true;
}

bool RecordingFile::WasCut() {
  struct stat status {};
  if (fstat(file_.get(), &status) != 0 || status.st_size >= size_) return false;
  size_ = status.st_size;
  return true;
}

bool RecordingFile::IsMovedAway() const {
  struct stat ours = {}, there = {};
  if (fstat(file_.get(), &ours) != 0 || stat(path_.c_str(), &there) != 0) return true;
  return ours.st_dev != there.st_dev || ours.st_ino != there.st_ino;
}

base::Status RecordingFile::Append(std::string_view lines) {
  const auto due = static_cast<std::int64_t>(lines.size());
  while (!lines.empty()) {
    const ssize_t written = write(file_.get(), lines.data(), lines.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const Error error = SystemError(path_, "cannot be written");
      if (ftruncate(file_.get(), size_) != 0) return SystemError(path_, "cannot be written, nor cut");
      return error;
    }
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
  size_ += due;
  return {};
}

}  // namespace dialwatch::daemon
