#include "config/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/unique_fd.h"

namespace dialwatch::config {

SecretFolders SecretFoldersOf(const Settings& settings) {
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  return {credentials == nullptr ? "" : credentials, std::filesystem::path(settings.source).parent_path().string()};
}

std::string LocateSecret(const std::string& file, const SecretFolders& folders) {
  const std::filesystem::path path(file);
  if (path.is_absolute()) return file;
  if (!folders.credentials.empty()) {
    std::error_code failed;
    const auto credential = std::filesystem::path(folders.credentials) / path;
    if (std::filesystem::exists(credential, failed)) return credential;
  }
  return std::filesystem::path(folders.config) / path;
}

base::Result<std::string> ReadSecretLine(const std::string& path) {
  const auto failed = [] { return base::Error{std::generic_category().message(errno)}; };
  const base::UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a FIFO must not block us
  if (!file) return failed();
  struct stat status {};
  if (fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return base::Error{"it is not a plain file"};
  std::array<char, 4096> buffer{};
  const ssize_t size = read(file.get(), buffer.data(), buffer.size());
  if (size < 0) return failed();

  std::string_view line(buffer.data(), static_cast<std::size_t>(size));
  line = line.substr(0, line.find('\n'));
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return base::Error{"its first line is empty"};
  return std::string(line.substr(first, line.find_last_not_of(" \t\r") - first + 1));
}

}  // namespace dialwatch::config
