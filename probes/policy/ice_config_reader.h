#pragma once

#include <stop_token>
#include <string>

#include "probes/policy/sample.h"

namespace dialwatch::probes {

// Reads a location with all that belongs to it: the configuration files in Asterisk's folder, the scripts of a page's
// own origin. Relative paths begin at `folder`. Blocks for as long as the disk or WebReader::kPatience lasts.
IceConfigSample ReadIceConfig(const config::IceConfig& config, const std::string& folder, const std::stop_token& stop);

}  // namespace dialwatch::probes
