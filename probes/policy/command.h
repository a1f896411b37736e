#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"

namespace dialwatch::probes {

// The standard output of a program, which is looked for in PATH and run without a shell. What takes longer than
// `patience`, says more than `most` octets, or exits other than with 0 is an error, and is ended with what it started.
// Blocks.
base::Result<std::string> OutputOf(const std::vector<std::string>& command, std::size_t most,
                                   std::chrono::milliseconds patience, const std::stop_token& stop);

}  // namespace dialwatch::probes
