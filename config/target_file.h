#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/settings.h"

namespace dialwatch::config {

// A host that was found, not written into the config.
struct FoundHost {
  std::string host;
  std::map<std::string, std::string> labels;

  bool operator==(const FoundHost&) const = default;
};

// The hosts of a JSON text as Prometheus' file_sd has it: [{"targets": ["d1.example.com"], "labels": {"account":
// "acme"}}]. Labels that begin with two underscores are left out, as Prometheus does. Errors say which entry is wrong,
// and why; a text of any kind is safe to give.
base::Result<std::vector<FoundHost>> ParseTargets(std::string_view json);

// A dialer for each host, with the limits of [policy], behind the [[dialer]] tables, which win where both name a host
// (or where a dialer already has the host as its name). Of several mentions of a host the first counts.
Settings WithFound(Settings settings, const std::vector<FoundHost>& hosts);

}  // namespace dialwatch::config
