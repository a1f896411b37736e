#include "config/secret_file.h"

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "config/regular_file.h"

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
  constexpr std::size_t kMost = std::size_t{64} << 10;  // octets
  const auto text = ReadRegularFile(path, kMost);
  if (!text) return text.error();
  const std::string_view line = std::string_view(*text).substr(0, text->find('\n'));
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return base::Error{"its first line is empty"};
  return std::string(line.substr(first, line.find_last_not_of(" \t\r") - first + 1));
}

}  // namespace dialwatch::config
