#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"

namespace dialwatch::probes {

enum class AudioCodec : std::uint8_t { kPcmu = 0, kPcma = 8 };  // RFC 3551 §6: their payload types
std::string_view FormatAudioCodec(AudioCodec codec);

enum class SdpDirection : std::uint8_t { kSendReceive, kSendOnly, kReceiveOnly, kInactive };
constexpr std::array<std::string_view, 4> NamesOf(SdpDirection /*type only*/) {
  return {"sendrecv", "sendonly", "recvonly", "inactive"};
}

// The one audio stream that we offer, at 20 ms a packet.
struct SdpOffer {
  base::Endpoint rtp;
  std::vector<AudioCodec> codecs = {AudioCodec::kPcmu, AudioCodec::kPcma};
  std::uint32_t session = 0;  // a number that tells our sessions apart (RFC 8866 §5.2)
};
// With RTCP on the port of RTP (RFC 5761), so that one port is enough.
std::string WriteSdpOffer(const SdpOffer& offer);

// The first audio stream of a session description.
struct SdpAudio {
  base::Endpoint rtp;              // the address: that of the stream, else that of the session
  std::string protocol;            // "RTP/AVP"
  std::vector<int> formats;        // payload types that are PCMU or PCMA, in their order
  std::vector<AudioCodec> codecs;  // what they are
  SdpDirection direction = SdpDirection::kSendReceive;

  bool operator==(const SdpAudio&) const = default;
};
// Nothing where there is no audio stream. Takes any octets. Thread safe.
base::Result<std::optional<SdpAudio>> ReadSdp(std::string_view text);

enum class SdpFault : std::uint8_t {
  kNone,
  kMalformed,  // or none at all
  kNoAudio,
  kRejected,   // port 0 (RFC 3264 §6)
  kNoAddress,  // 0.0.0.0, 127.0.0.1 of a dialer that is elsewhere, the port of another service; see sdp.cc
  kNoCodec,    // or another protocol than plain RTP
  kOneWay,     // not sendrecv: there can be no echo
};
constexpr std::array<std::string_view, 7> NamesOf(SdpFault /*type only*/) {
  return {"none", "malformed", "no-audio", "rejected", "no-address", "no-codec", "one-way"};
}

// What the answer to our offer comes to.
struct SdpAnswer {
  SdpFault fault = SdpFault::kNone;
  std::string why;                       // of a fault, in words
  SdpAudio audio;                        // for kNone and kOneWay
  AudioCodec codec = AudioCodec::kPcmu;  // for kNone and kOneWay: the first in common, with its payload type
  int payload_type = 0;

  bool usable() const { return fault == SdpFault::kNone || fault == SdpFault::kOneWay; }
  bool operator==(const SdpAnswer&) const = default;
};
// `signalling`: where the dialer was called.
SdpAnswer JudgeSdpAnswer(const SdpOffer& offer, const base::IpAddress& signalling, std::string_view text);

// Empty, or what is odd about the address that media are to go to, beside the one that the signalling goes to:
// "10.0.0.5 is no public address, but the dialer was called at 203.0.113.5".
std::string DescribeMediaAddress(const base::IpAddress& media, const base::IpAddress& signalling);

}  // namespace dialwatch::probes
