#include "alerting/secret_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace dialwatch::alerting {
namespace {

bool IsWebUrl(std::string_view url) {
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  const bool plain = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7F; });
  return web && plain && url.size() > url.find("//") + 2;
}

}  // namespace

base::Result<std::string> ReadSecretUrl(const std::string& url_file, const SecretFolders& folders) {
  const std::string path = config::LocateSecret(url_file, folders);
  const auto fail = [&](std::string_view why) {
    return base::Error{fmt::format("url_file {}: {}; its first line is to be the webhook's URL", path, why)};
  };
  auto line = config::ReadSecretLine(path);
  if (!line) return fail(line.error().what);
  if (!IsWebUrl(*line)) return fail("its first line is no http or https URL");
  return line;
}

}  // namespace dialwatch::alerting
