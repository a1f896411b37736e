#pragma once

#include "base/json_fwd.h"
#include "probes/call/sample.h"

namespace dialwatch::diagnosis {

// docs/api.md, the object "Call".
base::Json ToJson(const probes::EchoCallSample& sample);

}  // namespace dialwatch::diagnosis
