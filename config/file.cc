#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/result.h"
#include "base/unique_fd.h"
#include "config/load.h"

namespace dialwatch::config {
namespace {

using base::Error;
using base::Result;

constexpr std::size_t kMostBytes =
    1 << 20;  // thousands of dialers; more is not a config, and toml++ needs many times its size

std::string WhyNotOpened(int error) {
  switch (error) {
    case ENOENT:
      return "there is no such file; give the path of a config with -c";
    case EACCES:
      return "permission denied; the user that dialwatch runs as must be able to read it";
    default:
      return fmt::format("cannot be opened: {}", std::strerror(error));
  }
}

Result<std::string> ReadAll(int fd) {
  std::string text(kMostBytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = read(fd, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error{fmt::format("cannot be read: {}", std::strerror(errno))};
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > kMostBytes) return Error{"is larger than 1 MiB, the limit; is it a config of dialwatch?"};
  text.resize(size);
  return text;
}

Result<std::string> ReadFile(const std::string& path) {
  // O_NONBLOCK: a FIFO nobody writes to would hold us up in open(2)
  const base::UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd) return Error{WhyNotOpened(errno)};
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) return Error{fmt::format("cannot be read: {}", std::strerror(errno))};
  if (S_ISDIR(info.st_mode)) return Error{"is a directory; name the file in it"};
  if (!S_ISREG(info.st_mode))
    return Error{"is not a regular file but a pipe, socket or device; write the config to a file"};
  return ReadAll(fd.get());
}

}  // namespace

LoadedConfig LoadConfig(const std::string& path) {
  const auto text = ReadFile(path);
  if (text) return ParseConfig(*text, path);
  return {.settings = {}, .errors = {{.file = path, .message = text.error().what}}};
}

}  // namespace dialwatch::config
