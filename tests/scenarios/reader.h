#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/scenarios/scenario.h"

namespace dialwatch::scenarios {

struct Read {
  Scenario scenario;
  std::vector<std::string> errors;  // "lame-delegation.toml:7: …", by line; with any, the scenario counts for nothing
};

// A scenario from the text of its file, whose name without ".toml" becomes the scenario's.
Read ReadScenario(std::string_view text, const std::string& file);

// All of a folder, by name.
std::vector<Read> ReadCatalogue(const std::string& folder);

// "wrong-copy": what `kind` is in a file.
std::string_view NameOf(FaultKind kind);

}  // namespace dialwatch::scenarios
