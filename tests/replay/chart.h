#pragma once

#include <string>

#include "tests/replay/watch.h"

namespace dialwatch::replay {

// The story as an SVG picture: dialers that were wrong by the model and as dialwatch said, who knew of it when. For
// light and dark pages.
std::string DrawChart(const Story& story, const Watched& watched);

}  // namespace dialwatch::replay
