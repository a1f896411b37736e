#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "base/time.h"
#include "probes/media_subject.h"

namespace dialwatch::probes {

// What came back from a port that was asked a STUN binding. None of these is "down": where no call is up, a media
// server has no reason to listen, and a firewall none to say so.
enum class PortOutcome : std::uint8_t {
  kAnswered,
  kErrorResponse,  // as a media server gives it that awaits ICE's checks of a call
  kOtherAnswer,    // something that answers no request of ours, from that very address and port
  kRefused,        // ICMP, by the host itself: nobody listens, as it is for an idle RTP port
  kRejected,       // ICMP, by somebody on the way, which tells nothing of the host
  kSilent,
  kSendFailed,  // our own machine could not send: no route, or its firewall
};
constexpr std::array<std::string_view, 7> NamesOf(PortOutcome /*type only*/) {
  return {"answered", "error-response", "other-answer", "refused", "rejected", "silent", "send-failed"};
}

// Whether a host is there at all; where not, nothing is known.
constexpr bool IsHostThere(PortOutcome outcome) {
  return outcome <= PortOutcome::kRefused;
}

// What one port of a dialer's RTP range said.
struct PortSample {
  MediaSubject subject;
  std::uint64_t round = 0;  // equal for all samples of one round
  base::Endpoint local;     // our socket
  base::TimePoint at;       // when it was over
  PortOutcome outcome = PortOutcome::kSilent;
  std::string error;  // kErrorResponse: code and reason; kRefused, kRejected, kSendFailed: what the kernel said
  std::optional<base::Endpoint> mapped;          // kAnswered: where it sees us, if it says so
  std::optional<std::chrono::microseconds> rtt;  // kAnswered, kErrorResponse: of a request that was sent once
  int sends = 0;

  bool operator==(const PortSample&) const = default;
};

}  // namespace dialwatch::probes
