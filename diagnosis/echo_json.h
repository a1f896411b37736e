#pragma once

#include <optional>

#include "base/json_fwd.h"
#include "probes/rtp/echo_sample.h"

namespace dialwatch::diagnosis {

// docs/api.md, the object "Media".
base::Json ToJson(const probes::EchoSample& sample);

// What a train and the audio of a call have in common.
void AddMeasures(const probes::EchoMeasures& measures, const std::optional<probes::VoiceQuality>& quality,
                 base::Json& json);

}  // namespace dialwatch::diagnosis
