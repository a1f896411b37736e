#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "probes/sip/message.h"

namespace dialwatch::probes {

using SipTime = std::chrono::steady_clock::time_point;

// RFC 3261 §17.1.1.1, table 4.
inline constexpr base::Duration kSipT1{500};   // an estimate of the round trip
inline constexpr base::Duration kSipT2{4000};  // the longest pause between two sends of a request that is no INVITE
inline constexpr base::Duration kSipT4{5000};  // how long a message may stay in the network
inline constexpr base::Duration kSipGiveUp = 64 * kSipT1;  // timers B, F, H
inline constexpr base::Duration kSipTimerD{32000};         // how long a refused INVITE waits for copies of the refusal

// The CANCEL of an INVITE (RFC 3261 §9.1), or the ACK of its refusal (§17.1.1.3) but for its To: with the same branch.
SipMessage NewSipHopByHop(const SipMessage& invite, std::string_view method);

// One request, until it has its final response: when it is sent again, which responses are its own, and when it has
// waited long enough (RFC 3261 §17.1). Knows no socket and no clock: what is to be sent is returned. A response with
// another branch or method is none of it, and changes nothing. Thread safety: none.
class SipClientTransaction {
 public:
  struct Step {
    std::optional<std::string> send;     // an ACK, or the request again
    std::optional<SipArrival> response;  // new to the caller: not a copy of the last
    bool timed_out = false;              // timer B or F: no final response
  };

  // Sends nothing yet: octets() is to be sent now. `reliable`: over TCP or TLS nothing is sent again.
  SipClientTransaction(SipMessage request, bool reliable, SipTime now);

  const SipMessage& request() const { return request_; }
  const std::string& octets() const { return octets_; }
  const std::string& branch() const { return branch_; }
  int sends() const { return sends_; }

  bool Owns(const SipArrival& arrival) const;
  // Of a response that it owns.
  Step OnResponse(const SipArrival& arrival, SipTime now);
  // When wake_at() has come.
  Step OnTime(SipTime now);
  // Sends no more, but goes on to wait.
  void Quiet() { resend_at_.reset(); }
  // Is over, whatever it waited for.
  void End();

  // Waits for a final response.
  bool open() const { return state_ == State::kCalling || state_ == State::kProceeding; }
  bool provisional() const { return state_ == State::kProceeding; }
  bool ended() const { return state_ == State::kTerminated; }
  std::optional<SipTime> wake_at() const;

 private:
  enum class State : std::uint8_t { kCalling, kProceeding, kCompleted, kTerminated };  // kCalling: also "Trying"

  Step OnFinal(const SipArrival& arrival, SipTime now);
  std::string AckOf(const SipArrival& refusal) const;

  const SipMessage request_;
  const std::string octets_;
  const std::string branch_;
  const bool invite_;
  const bool reliable_;
  State state_ = State::kCalling;
  int sends_ = 1;
  base::Duration pause_ = kSipT1;
  std::optional<SipTime> resend_at_;  // timers A and E
  std::optional<SipTime> over_at_;    // timers B, D, F, K
  std::string ack_;                   // what copies of a refusal are answered with
};

}  // namespace dialwatch::probes
