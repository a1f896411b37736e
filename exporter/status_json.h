#pragma once

#include <string>

#include "diagnosis/snapshot.h"
#include "exporter/self_report.h"

// The JSON API, version 1. `snapshot` may be null: then nothing has been seen yet. Findings and incidents are the
// objects of docs/api.md. Pure functions.
namespace dialwatch::exporter {

// { "version", "at"?, "settings", "targets": [ { "dialer", "host", "state", "vias": [..] } ], "stun": [..],
//   "findings": [..], "incidents": [..], "self": {..} }
std::string RenderStatus(const diagnosis::Snapshot* snapshot, const SelfReport& self);

}  // namespace dialwatch::exporter
