#pragma once

#include <memory>
#include <string>

#include "config/settings.h"

namespace dialwatch::daemon {

constexpr int kExitClean = 0, kExitFindings = 1, kExitUsage = 2, kExitBlind = 3;  // docs/api.md

// The settings of `path`; where it is empty, of /etc/dialwatch/dialwatch.toml, and where that is missing too, the
// built-in ones. Null after telling every error on stderr.
std::shared_ptr<const config::Settings> LoadOrComplain(const std::string& path);

}  // namespace dialwatch::daemon
