#pragma once

#include <string>
#include <vector>

#include "tests/structure/tree.h"

namespace dialwatch::structure {

// Each check gives one line per violation, "FILE:LINE: what is wrong and what to do". All are pure.

// Includes point down only, are written from the root, and JSON's full header stays out of headers.
std::vector<std::string> CheckIncludeDirection(const Tree& tree);
// A third-party header stays within its one folder; tests and benchmarks may use any.
std::vector<std::string> CheckThirdPartyHeaders(const Tree& tree);
// At most 400 lines a source.
std::vector<std::string> CheckLength(const Tree& tree);
// Every header has #pragma once.
std::vector<std::string> CheckHeaderGuards(const Tree& tree);
// What a comment or the documentation calls a file of ours is one.
std::vector<std::string> CheckNamedFiles(const Tree& tree);
// No file names a path that only one machine has.
std::vector<std::string> CheckMachinePaths(const Tree& tree);

}  // namespace dialwatch::structure
