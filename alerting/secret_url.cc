#include "alerting/secret_url.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/unique_fd.h"

namespace dialwatch::alerting {
namespace {

std::string Locate(const std::string& url_file, const SecretFolders& folders) {
  const std::filesystem::path path(url_file);
  if (path.is_absolute()) return url_file;
  if (!folders.credentials.empty()) {
    std::error_code failed;
    const auto credential = std::filesystem::path(folders.credentials) / path;
    if (std::filesystem::exists(credential, failed)) return credential;
  }
  return std::filesystem::path(folders.config) / path;
}

bool IsWebUrl(std::string_view url) {
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  const bool plain = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7F; });
  return web && plain && url.size() > url.find("//") + 2;
}

}  // namespace

base::Result<std::string> ReadSecretUrl(const std::string& url_file, const SecretFolders& folders) {
  const std::string path = Locate(url_file, folders);
  const auto fail = [&](std::string_view why) {
    return base::Error{fmt::format("url_file {}: {}; its first line is to be the webhook's URL", path, why)};
  };
  const base::UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a FIFO must not block us
  if (!file) return fail(std::generic_category().message(errno));
  struct stat status {};
  if (fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return fail("it is not a plain file");
  std::array<char, 4096> buffer{};
  const ssize_t size = read(file.get(), buffer.data(), buffer.size());
  if (size < 0) return fail(std::generic_category().message(errno));

  std::string_view line(buffer.data(), static_cast<std::size_t>(size));
  line = line.substr(0, line.find('\n'));
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return fail("its first line is empty");
  line = line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
  if (!IsWebUrl(line)) return fail("its first line is no http or https URL");
  return std::string(line);
}

}  // namespace dialwatch::alerting
