#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/json_fwd.h"
#include "config/settings.h"
#include "daemon/reports/terminal.h"
#include "diagnosis/snapshot.h"

// `dialwatch probe` of a STUN server: every address that its name leads to, and what the other servers say of the same
// socket. Pure functions.
namespace dialwatch::daemon {

// What to ask, and about whom.
struct StunSubject {
  std::shared_ptr<const config::Settings> settings;  // without dialers; a server that is not configured is added
  std::string server;                                // its name there
};

// `target` is the name of a [[stun]], or a URI such as "stun:stun.telnyx.com:3478"; nothing where it is neither.
std::optional<StunSubject> FindStun(const config::Settings& settings, const std::string& target);

// With only those findings that are about the server or our own line.
diagnosis::Snapshot AboutStun(const diagnosis::Snapshot& snapshot, const std::string& server);

// Whether a server tells an address of ours; empty: any.
bool AnyStunAnswers(const diagnosis::Snapshot& snapshot, const std::string& server = "");

std::string RenderStun(const diagnosis::Snapshot& snapshot, const std::string& server, const Terminal& terminal);
base::Json StunJson(const diagnosis::Snapshot& snapshot, const std::string& server);  // docs/api.md

}  // namespace dialwatch::daemon
