#pragma once

#include <functional>
#include <string>

#include "base/result.h"

namespace dialwatch::state {

// Looks through the whole file, on a connection of its own, beside whoever writes: the first things that are wrong with
// it, or "". Errors: it cannot be read; `enough` said so. Thread safe.
base::Result<std::string> FindDamage(const std::string& path, std::function<bool()> enough);

}  // namespace dialwatch::state
