#include "probes/rtp/codec.h"

#include <algorithm>

#include "probes/rtp/echo_token.h"

namespace dialwatch::probes {

const RtpCodec* FindRtpCodec(std::string_view name) {
  for (const RtpCodec* codec : {&kPcmu, &kPcma, &kOpus}) {
    if (codec->name == name) return codec;
  }
  return nullptr;
}

std::size_t RtpPacketSize(const RtpCodec& codec, std::chrono::milliseconds spacing) {
  const std::size_t payload = codec.octets_per_second * static_cast<std::size_t>(spacing.count()) / 1000;
  return std::max(kRtpHeaderSize + payload, kEchoPacketSize);
}

}  // namespace dialwatch::probes
