#pragma once

#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "config/settings.h"
#include "config/target_file.h"
#include "daemon/discovery/target_files.h"
#include "daemon/discovery/zone_hosts.h"

namespace dialwatch::daemon {

// What the [[discovery]] sources of the settings hold. Thread safety: none.
class Discoverer {
 public:
  static constexpr std::size_t kMostHosts = 100'000;

  // Sources that stay as they are keep what they have found.
  void Apply(const config::Settings& settings);

  // Looks at each source where that is due; waits for the network, at most ZoneHosts::kTimeout a zone.
  void Look(ZoneHosts::Now now, const std::stop_token& stop);

  // Of all sources, only what matches, at most kMostHosts.
  std::vector<config::FoundHost> hosts() const;
  // What was wrong at the last look, a line each.
  std::vector<std::string> errors() const;

 private:
  struct Source {
    config::Discovery discovery;
    std::string folder;  // of the config
    std::variant<TargetFiles, ZoneHosts> content;
  };
  std::vector<Source> sources_;
};

}  // namespace dialwatch::daemon
