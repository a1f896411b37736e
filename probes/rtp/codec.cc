#include "probes/rtp/codec.h"

namespace dialwatch::probes {

const RtpCodec* FindRtpCodec(std::string_view name) {
  for (const RtpCodec* codec : {&kPcmu, &kPcma, &kOpus}) {
    if (codec->name == name) return codec;
  }
  return nullptr;
}

}  // namespace dialwatch::probes
