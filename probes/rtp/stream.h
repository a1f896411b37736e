#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "probes/rtp/codec.h"
#include "probes/rtp/judgement.h"
#include "probes/rtp/packet.h"
#include "probes/rtp/reception.h"

namespace dialwatch::probes {

// What a stream of ours came to.
struct RtpResult {
  RtpOutcome outcome = RtpOutcome::kBlackhole;
  std::string error;  // kRefused, kSendFailed: what the kernel said
  RtpMeasures measures;
  std::optional<VoiceQuality> quality;
  std::chrono::microseconds worst_send_delay{};
};

// One RTP stream of ours that is sent back: when each packet is due, its header, and what became of all of them. The
// first packets open the way (NAT, ARP, strict RTP, a slow start) and are not counted, nor are those behind the counted
// ones. Held up, it moves the rest instead of catching up: a burst would be jitter of our own making.
// Thread safety: none.
class RtpStream {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Stamp = RtpReception::Stamp;

  static constexpr std::uint32_t kWarmUp = 4;

  // `packets`: those that count.
  RtpStream(const RtpCodec& codec, std::uint8_t payload_type, std::uint32_t packets, std::chrono::milliseconds spacing,
            Time start);

  // Of warm-up and what is counted.
  std::uint32_t size() const { return kWarmUp + packets_; }
  bool IsCounted(std::uint32_t index) const { return index >= kWarmUp && index < size(); }
  Time DueOf(std::uint32_t index) const { return start_ + index * spacing_; }

  // The packet is sent now: how late, and whether the others have to wait for that.
  void NoteTurn(std::uint32_t index, Time now);
  RtpHeader HeaderOf(std::uint32_t index) const;
  // `at`: of the steady clock, as below.
  void NoteSent(std::uint32_t index, std::chrono::nanoseconds at);
  void NoteUnsent(int error);  // errno
  void NoteReturned(std::uint32_t index, std::chrono::nanoseconds at, const std::optional<Stamp>& stamp);
  // A reply that tells of no packet; with how many had arrived, where it says that.
  void NoteReply(std::optional<std::uint32_t> final_count);

  bool IsComplete() const { return reception_.IsComplete(); }
  // `refusals`: ICMP errors that the socket heard of. `link_error`: the newest of these, or why there is no socket.
  RtpResult Conclude(std::uint32_t refusals, const std::string& link_error) const;

 private:
  const RtpCodec codec_;
  const std::uint32_t packets_;
  const std::chrono::milliseconds spacing_;
  const RtpHeader first_;
  Time start_;
  std::chrono::nanoseconds worst_send_delay_{};
  RtpSigns signs_;
  RtpReception reception_;
  std::string error_;
};

}  // namespace dialwatch::probes
