#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "base/time.h"
#include "probes/sip/sdp.h"

namespace dialwatch::probes {

// How one call went, as far as its signalling tells.
enum class SipOutcome : std::uint8_t {
  kCompleted,     // answered, and hung up by us
  kStopped,       // hung up by us before it was answered
  kSilent,        // no answer to OPTIONS or INVITE
  kUnreachable,   // ICMP, or a connection that was refused or closed
  kTlsFailed,     // no handshake, or a certificate that does not stand
  kRefused,       // a final response of 300 or more: see status
  kUnauthorized,  // a challenge that we cannot answer, or our answer is refused
  kNotAnswered,   // it rang until we gave up
  kBadAnswer,     // answered with media that cannot be used: see answer
  kDropped,       // hung up by the dialer, or lost, while it was up
  kNotEnded,      // BYE without an answer, or refused: the dialer may still hold the call
  kNoPassword,    // nothing was sent, since the password's file cannot be read
};
constexpr std::array<std::string_view, 12> NamesOf(SipOutcome /*type only*/) {
  return {"completed",    "stopped",      "silent",     "unreachable", "tls-failed", "refused",
          "unauthorized", "not-answered", "bad-answer", "dropped",     "not-ended",  "no-password"};
}

// Text of the dialer is made printable. Value type.
struct SipCallResult {
  SipOutcome outcome = SipOutcome::kStopped;
  std::string why;                                       // empty for kCompleted
  int status = 0;                                        // the last final response to OPTIONS or INVITE
  std::string server;                                    // User-Agent or Server of the dialer
  std::optional<base::Endpoint> seen;                    // where the dialer saw us
  std::optional<std::chrono::microseconds> options_rtt;  // of a request that was sent once
  std::optional<base::Duration> ringing_after;           // from INVITE to the first provisional response
  std::optional<base::Duration> answered_after;          // from INVITE to 200
  std::optional<base::Duration> talked;                  // from 200 to the end
  std::optional<SdpAnswer> answer;
  std::string address_note;                    // DescribeMediaAddress of the answer
  std::optional<std::uint32_t> session_timer;  // seconds; without one the dialer keeps a call whose caller died
  int sends = 0;                               // requests, with those sent again
  int unreadable = 0;                          // messages that came and are no SIP
  int foreign = 0;                             // responses that belong to no request of ours

  bool operator==(const SipCallResult&) const = default;
};

}  // namespace dialwatch::probes
