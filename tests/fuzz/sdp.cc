#include "probes/sip/sdp.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dialwatch::probes;
  const auto exact = std::make_unique<char[]>(size);  // so that a read behind the end is seen
  std::copy(data, data + size, exact.get());
  const SdpOffer offer{.rtp = *dialwatch::base::Endpoint::Parse("192.0.2.1:4000", 0)};
  const SdpAnswer answer = JudgeSdpAnswer(offer, offer.rtp.address, std::string_view(exact.get(), size));
  Require(answer.why.empty() == (answer.fault == SdpFault::kNone));
  if (answer.fault != SdpFault::kNone && answer.fault != SdpFault::kOneWay) return 0;
  Require(answer.audio.rtp.port != 0 && !answer.audio.rtp.address.IsUnspecified());
  Require(answer.payload_type >= 0 && answer.payload_type < 128);
  Require(answer.audio.formats.size() == answer.audio.codecs.size() && !answer.audio.formats.empty());
  return 0;
}
