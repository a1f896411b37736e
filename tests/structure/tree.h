#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace dialwatch::structure {

// Text of each file by its path from the root, with "/" between folders.
using Tree = std::map<std::string, std::string>;

// The text files below `root`, without build folders (build/, and those that hold a CMakeCache.txt), version control
// and caches. Does not ask git, so that an exported tree can be tested too. Throws where a file cannot be read.
Tree ReadTree(const std::filesystem::path& root);

}  // namespace dialwatch::structure
