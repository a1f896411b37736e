#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "probes/rtp/codec.h"
#include "probes/rtp/outcome.h"
#include "probes/rtp/reception.h"

namespace dialwatch::probes {

// How the kernel and the far end took the packets of a train, the uncounted ones too.
struct RtpSigns {
  std::uint32_t sent = 0;
  std::uint32_t replies = 0;
  std::uint32_t refusals = 0;  // ICMP
};

// Whether each loss is known to be in one of the directions; not where the way back closes in the middle of a train.
bool KnowsWays(const RtpMeasures& measures);

// The worse direction by the E-model, or both together where they are not known; nothing where no
// packet came back. Thread safety: pure functions.
std::optional<VoiceQuality> RateRtp(const RtpMeasures& measures, const RtpCodec& codec,
                                    std::chrono::milliseconds spacing);

RtpOutcome JudgeRtp(const RtpSigns& signs, const RtpMeasures& measures, const std::optional<VoiceQuality>& quality);

}  // namespace dialwatch::probes
