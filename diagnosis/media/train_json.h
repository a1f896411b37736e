#pragma once

#include <optional>

#include "base/json_fwd.h"
#include "probes/train/sample.h"

namespace dialwatch::diagnosis {

// docs/api.md, the object "Media".
base::Json ToJson(const probes::TrainSample& sample);

// What a train and the audio of a call have in common.
void AddMeasures(const probes::RtpMeasures& measures, const std::optional<probes::VoiceQuality>& quality,
                 base::Json& json);

}  // namespace dialwatch::diagnosis
