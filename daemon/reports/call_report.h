#pragma once

#include <string>

#include "base/json_fwd.h"
#include "daemon/reports/media_report.h"
#include "daemon/reports/terminal.h"
#include "diagnosis/snapshot.h"

// What `probe` says of the calls to a dialer.
namespace dialwatch::daemon {

// A row for each address that was called; empty where the dialer is not called.
std::string RenderCalls(const diagnosis::Snapshot& snapshot, const std::string& dialer, const Terminal& terminal);

// "Calls are answered and echo at 198.51.100.11.", or what does not; no text where nobody was called.
MediaSentence SumUpCalls(const diagnosis::Snapshot& snapshot, const std::string& dialer);

// docs/api.md, a list of "Call".
base::Json CallsJson(const diagnosis::Snapshot& snapshot, const std::string& dialer);

}  // namespace dialwatch::daemon
