#include "state/mark.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/unique_fd.h"

namespace dialwatch::state {
namespace {

base::Error Failure(const std::string& path, const char* doing, int code) {
  return base::Error{fmt::format("{}: cannot {}: {}; mend the rights or set [state] path", path, doing,
                                 std::generic_category().message(code))};
}

}  // namespace

base::Result<bool> SetMark(const std::string& path) {
  std::error_code failed;
  if (const auto folder = std::filesystem::path(path).parent_path(); !folder.empty()) {
    std::filesystem::create_directories(folder, failed);
    if (failed) return Failure(path, "create its folder", failed.value());
  }
  const base::UniqueFd file(open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file) return false;
  if (errno == EEXIST) return true;
  return Failure(path, "create", errno);
}

base::Status ClearMark(const std::string& path) {
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return Failure(path, "remove", errno);
}

}  // namespace dialwatch::state
