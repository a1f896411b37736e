#pragma once

#include <string>

#include "base/result.h"

namespace dialwatch::state {

// A mark is a file without content: what was begun and not ended, which a process that is killed leaves behind. Errors
// name the file, why it failed and what to do. Thread safe.

// Puts it there, with the folder; whether it was there already.
base::Result<bool> SetMark(const std::string& path);
base::Status ClearMark(const std::string& path);

}  // namespace dialwatch::state
