#pragma once

#include <string>

#include "base/result.h"
#include "config/settings.h"
#include "probes/record/line.h"

namespace dialwatch::daemon {

// The same without what may be secret: locations without user and query, as samples in a recording have them.
config::Settings WithoutSecrets(config::Settings settings);
void HideSecrets(probes::Sample& sample);

// The line that a recording by `settings` begins with. It holds the dialers that [[discovery]] has found, but not its
// sources, and says from where we look, so that a replay elsewhere reads the same.
probes::RecordingStart StartOf(const config::Settings& settings, base::TimePoint now);

// The settings in it; `where` stands before errors: of a newer version, or a config that does not read.
base::Result<config::Settings> SettingsOf(const probes::RecordingStart& start, const std::string& where);

}  // namespace dialwatch::daemon
