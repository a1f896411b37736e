#include "daemon/load.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "config/load.h"

namespace dialwatch::daemon {
namespace {

constexpr const char* kUsualPath = "/etc/dialwatch/dialwatch.toml";

}  // namespace

std::shared_ptr<const config::Settings> LoadOrComplain(const std::string& path) {
  std::error_code ignored;
  if (path.empty() && !std::filesystem::exists(kUsualPath, ignored)) {
    return std::make_shared<config::Settings>(config::DefaultSettings());
  }
  config::LoadedConfig loaded = config::LoadConfig(path.empty() ? kUsualPath : path);
  for (const config::ConfigError& error : loaded.errors) fmt::print(stderr, "{}\n", error.ToString());
  if (!loaded.settings) return nullptr;
  return std::make_shared<config::Settings>(std::move(*loaded.settings));
}

}  // namespace dialwatch::daemon
