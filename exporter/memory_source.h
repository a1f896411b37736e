#pragma once

#include <string_view>

#include "base/result.h"
#include "exporter/pages.h"
#include "state/archive.h"

// What the pages that are read from the database have in common.
namespace dialwatch::exporter {

// { "error" }
Page Refusal(unsigned status, std::string_view error);

// To read for kReadPatience at most. Errors: it cannot be opened; there is none.
base::Result<state::Archive> OpenMemory(const Sources& sources);

}  // namespace dialwatch::exporter
