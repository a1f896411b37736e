#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "diagnosis/snapshot.h"
#include "exporter/self_report.h"

// The JSON API, version 1. `snapshot` may be null: then nothing has been seen yet. Findings and incidents are the
// objects of docs/api.md. Pure functions.
namespace dialwatch::exporter {

// { "version", "at"?, "settings", "targets": [ { "dialer", "host", "state", "vias": [..] } ], "stun": [..], "findings":
// [..],
//   "incidents": [..], "self": {..} }
std::string RenderStatus(const diagnosis::Snapshot* snapshot, const SelfReport& self);

// { "version", "at"?, "incidents": [Incident] }
std::string RenderIncidents(const diagnosis::Snapshot* snapshot);

// Incident, or nothing where there is none with this id.
std::optional<std::string> RenderIncident(const diagnosis::Snapshot* snapshot, std::string_view id);

}  // namespace dialwatch::exporter
