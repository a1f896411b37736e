#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace dialwatch::config {

// The text of a file of at most `most` octets. Whatever else is at `path` (a directory, a pipe nobody writes to) is an
// error, and never waits. Errors say what is wrong, without the path.
base::Result<std::string> ReadRegularFile(const std::string& path, std::size_t most);

}  // namespace dialwatch::config
