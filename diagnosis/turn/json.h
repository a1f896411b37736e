#pragma once

#include "base/json_fwd.h"
#include "probes/turn/sample.h"

namespace dialwatch::diagnosis {

// docs/api.md, the object "Relay".
base::Json ToJson(const probes::TurnSample& sample);

}  // namespace dialwatch::diagnosis
