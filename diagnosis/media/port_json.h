#pragma once

#include "base/json_fwd.h"
#include "probes/port/sample.h"

namespace dialwatch::diagnosis {

// docs/api.md, the object "Port".
base::Json ToJson(const probes::PortSample& sample);

}  // namespace dialwatch::diagnosis
