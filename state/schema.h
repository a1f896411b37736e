#pragma once

#include "state/database.h"

namespace dialwatch::state {

// The version of the schema that this program writes: the number of steps in schema.cc, kept in PRAGMA user_version.
int SchemaVersion();

// Brings a database, new or old, to that version, in one transaction. Errors: a newer version, which only a newer
// program understands; a database of another program.
Status Migrate(Database& database);

// Opens and migrates. A damaged database of ours is set aside, and a new one begun.
Result<std::unique_ptr<Database>> OpenOurs(const std::string& path);

}  // namespace dialwatch::state
