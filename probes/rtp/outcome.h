#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace dialwatch::probes {

// What became of audio to a dialer and back.
enum class RtpOutcome : std::uint8_t {
  kOk,
  kDegraded,    // audio flows both ways, but badly
  kOneWayUp,    // it flows to the dialer, next to nothing comes back
  kOneWayDown,  // next to nothing gets to the dialer; what does comes back
  kBlackhole,   // silence. Which way is closed cannot be told from here, only from the reflector's log
  kRefused,     // ICMP: nobody listens there, or a firewall says no
  kSendFailed,  // our own machine could not send: no route, or its firewall
  kNoKeys,      // nothing was sent, since the key file cannot be read
  kDenied,      // nor here: the relay does not let us send to the dialer's address
  kNoRelay,     // nor here: the relay could not be had, which tells nothing of the dialer
};
constexpr std::array<std::string_view, 10> NamesOf(RtpOutcome /*type only*/) {
  return {"ok",      "degraded",    "one-way-up", "one-way-down", "blackhole",
          "refused", "send-failed", "no-keys",    "denied",       "no-relay"};
}

struct VoiceQuality {
  double rating = 0;         // R of ITU-T G.107, of the worse direction
  double mos = 1;            // 1 to 4.5
  bool is_estimate = false;  // of a codec that the model has no values for

  bool operator==(const VoiceQuality&) const = default;
};

}  // namespace dialwatch::probes
