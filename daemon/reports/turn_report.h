#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/json_fwd.h"
#include "config/settings.h"
#include "daemon/reports/terminal.h"
#include "diagnosis/snapshot.h"

// `dialwatch probe` of a relay: how far a turn at it came, step by step. Pure functions.
namespace dialwatch::daemon {

// What to ask, and about whom.
struct TurnSubject {
  std::shared_ptr<const config::Settings> settings;  // without dialers, and without the other relays
  std::string server;                                // its name there
};

// `target` is the name of a [[turn]], or its URI, with or without what goes without saying; nothing where there is
// none, since a relay cannot be asked without credentials.
std::optional<TurnSubject> FindTurn(const config::Settings& settings, const std::string& target);

// With only those findings that are about the relay or our own network.
diagnosis::Snapshot AboutTurn(const diagnosis::Snapshot& snapshot, const std::string& server);

bool TurnReplied(const diagnosis::Snapshot& snapshot, const std::string& server);
bool TurnRelayed(const diagnosis::Snapshot& snapshot, const std::string& server);

std::string RenderTurn(const diagnosis::Snapshot& snapshot, const std::string& server, const Terminal& terminal);
base::Json TurnJson(const diagnosis::Snapshot& snapshot, const std::string& server);  // docs/api.md

}  // namespace dialwatch::daemon
