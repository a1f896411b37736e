#include "daemon/discovery/discoverer.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "config/pattern.h"

namespace dialwatch::daemon {
namespace {

using config::Discovery;
using config::FoundHost;

std::variant<TargetFiles, ZoneHosts> Open(const Discovery& discovery, const std::string& folder,
                                          const config::Settings& settings) {
  if (discovery.kind == Discovery::Kind::kAxfr) {
    return ZoneHosts(discovery, settings.vantage.bind, settings.probing.interval);
  }
  return TargetFiles(std::filesystem::absolute(std::filesystem::path(folder) / discovery.path).string());
}

std::vector<FoundHost> HostsOf(const std::variant<TargetFiles, ZoneHosts>& content) {
  if (const auto* files = std::get_if<TargetFiles>(&content)) return files->hosts();
  std::vector<FoundHost> hosts;
  for (const std::string& host : std::get<ZoneHosts>(content).hosts()) hosts.push_back({host, {}});
  return hosts;
}

}  // namespace

void Discoverer::Apply(const config::Settings& settings) {
  const std::string folder = std::filesystem::path(settings.source).parent_path().string();
  std::vector<Source> sources;
  for (const Discovery& discovery : settings.discoveries) {
    const auto same = std::find_if(sources_.begin(), sources_.end(), [&](const Source& source) {
      return source.discovery == discovery && source.folder == folder;
    });
    sources.push_back(same != sources_.end() ? *same : Source{discovery, folder, Open(discovery, folder, settings)});
  }
  sources_ = std::move(sources);
}

void Discoverer::Look(ZoneHosts::Now now, const std::stop_token& stop) {
  for (Source& source : sources_) {
    if (auto* files = std::get_if<TargetFiles>(&source.content)) files->Look();
    if (auto* zone = std::get_if<ZoneHosts>(&source.content)) zone->Look(now, stop);
  }
}

std::vector<FoundHost> Discoverer::hosts() const {
  std::vector<FoundHost> hosts;
  for (const Source& source : sources_) {
    for (FoundHost& found : HostsOf(source.content)) {
      if (hosts.size() >= kMostHosts) return hosts;
      if (config::MatchesPattern(source.discovery.match, found.host)) hosts.push_back(std::move(found));
    }
  }
  return hosts;
}

std::vector<std::string> Discoverer::errors() const {
  std::vector<std::string> errors;
  for (const Source& source : sources_) {
    if (const auto* files = std::get_if<TargetFiles>(&source.content)) {
      for (std::string& error : files->errors()) errors.push_back(std::move(error));
    } else if (const std::string& error = std::get<ZoneHosts>(source.content).error(); !error.empty()) {
      errors.push_back(error);
    }
  }
  if (hosts().size() >= kMostHosts) {
    errors.push_back(fmt::format("{} hosts are the limit; those behind them are left out", kMostHosts));
  }
  return errors;
}

}  // namespace dialwatch::daemon
