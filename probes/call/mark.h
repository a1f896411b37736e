#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "probes/sip/sdp.h"

namespace dialwatch::probes {

// How we know our own audio when a dialer's Echo() sends it back: it writes headers of its own, so only the payload
// tells. A mark has a number of the call, which nobody can guess, and that of the packet, four bits a sample, in
// samples that are as good as silent: who should hear it hears nothing, and a dialer that decodes and encodes again
// leaves it as it is.
struct TalkMark {
  static constexpr std::size_t kSamples = 24;
  static constexpr std::size_t kMostFound = 8;

  AudioCodec codec = AudioCodec::kPcmu;
  std::uint64_t call = 0;

  // The payload of one packet; `size` is at least kSamples.
  std::vector<std::uint8_t> Write(std::uint32_t number, std::size_t size) const;
  // The numbers of all marks of this call in a payload: where a dialer cuts the audio anew there may be more than one,
  // and not at its beginning. kMostFound at most.
  std::vector<std::uint32_t> Find(std::span<const std::uint8_t> payload) const;
};

}  // namespace dialwatch::probes
