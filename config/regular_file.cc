#include "config/regular_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/unique_fd.h"

namespace dialwatch::config {
namespace {

using base::Error;
using base::Result;

std::string WhyNotOpened(int error) {
  switch (error) {
    case ENOENT:
      return "there is no such file; check the path";
    case EACCES:
      return "permission denied; the user that dialwatch runs as must be able to read it";
    default:
      return fmt::format("cannot be opened: {}", std::strerror(error));
  }
}

// "4 MiB", "64 KiB"
std::string SizeText(std::size_t octets) {
  constexpr std::size_t kMiB = std::size_t{1} << 20;
  return octets < kMiB ? fmt::format("{} KiB", octets >> 10) : fmt::format("{} MiB", octets >> 20);
}

Result<std::string> ReadAll(int fd, std::size_t most) {
  std::string text(most + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = read(fd, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error{fmt::format("cannot be read: {}", std::strerror(errno))};
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > most) return Error{fmt::format("is larger than {}, the limit", SizeText(most))};
  text.resize(size);
  return text;
}

}  // namespace

Result<std::string> ReadRegularFile(const std::string& path, std::size_t most) {
  // O_NONBLOCK: a FIFO nobody writes to would hold us up in open(2)
  const base::UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd) return Error{WhyNotOpened(errno)};
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) return Error{fmt::format("cannot be read: {}", std::strerror(errno))};
  if (S_ISDIR(info.st_mode)) return Error{"is a directory; name the file in it"};
  if (!S_ISREG(info.st_mode))
    return Error{"is not a regular file but a pipe, socket or device; write its content to a file"};
  return ReadAll(fd.get(), most);
}

}  // namespace dialwatch::config
