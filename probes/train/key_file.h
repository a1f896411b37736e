#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "probes/train/key.h"

namespace dialwatch::probes {

// Keys as text: one line each, "ID BASE64" with an ID from 0 to 255 and 16 to 64 octets; "#" begins a comment. One or
// two of them. Errors say the line, never what stands in it. Thread safety: a pure function.
base::Result<TrainKeys> ParseTrainKeys(std::string_view text);

// The keys of a file, which nobody but its owner and group may read or write. Errors name the file.
base::Result<TrainKeys> ReadTrainKeyFile(const std::string& path);

}  // namespace dialwatch::probes
