#pragma once

#include "base/json_fwd.h"
#include "probes/rtp/echo_sample.h"

namespace dialwatch::diagnosis {

// docs/api.md, the object "Media".
base::Json ToJson(const probes::EchoSample& sample);

}  // namespace dialwatch::diagnosis
