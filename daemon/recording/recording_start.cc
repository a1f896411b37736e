#include "daemon/recording/recording_start.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "alerting/message.h"
#include "base/printable.h"
#include "config/load.h"
#include "daemon/version.h"

namespace dialwatch::daemon {

config::Settings WithoutSecrets(config::Settings settings) {
  std::vector<config::IceConfig> shown;
  for (config::IceConfig& each : settings.ice_configs) {
    each.location = probes::ShownLocation(each.location);
    if (std::ranges::find(shown, each) == shown.end()) shown.push_back(std::move(each));
  }
  settings.ice_configs = std::move(shown);
  settings.alerting.status_url = probes::ShownLocation(settings.alerting.status_url);
  return settings;
}

void HideSecrets(probes::Sample& sample) {
  if (auto* told = std::get_if<probes::IceConfigSample>(&sample))
    told->location = probes::ShownLocation(told->location);
}

probes::RecordingStart StartOf(const config::Settings& settings, base::TimePoint now) {
  config::Settings shown = WithoutSecrets(settings);
  shown.discoveries.clear();
  shown.vantage.name = alerting::VantageName(settings);
  return {.program = kVersion, .at = now, .config = config::DumpSettings(shown)};
}

base::Result<config::Settings> SettingsOf(const probes::RecordingStart& start, const std::string& where) {
  if (start.version != probes::RecordingStart::kVersion) {
    return base::Error{fmt::format("{}: error: a recording of version {}, written by dialwatch {}; this one reads {}",
                                   where, start.version, base::Printable(start.program, 40),
                                   probes::RecordingStart::kVersion)};
  }
  config::LoadedConfig loaded = config::ParseConfig(start.config, where + ", its config");
  if (!loaded.settings) return base::Error{loaded.errors.front().ToString()};
  return *std::move(loaded.settings);
}

}  // namespace dialwatch::daemon
