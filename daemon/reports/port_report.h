#pragma once

#include <string>

#include "base/json_fwd.h"
#include "daemon/reports/terminal.h"
#include "diagnosis/snapshot.h"

// What `probe` says of the port of a dialer's RTP range.
namespace dialwatch::daemon {

// A row for each address that somebody gives for it; empty where no port is configured.
std::string RenderPorts(const diagnosis::Snapshot& snapshot, const std::string& dialer, const Terminal& terminal);

// docs/api.md, a list of "Port".
base::Json PortsJson(const diagnosis::Snapshot& snapshot, const std::string& dialer);

}  // namespace dialwatch::daemon
