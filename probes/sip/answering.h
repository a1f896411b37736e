#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include "probes/sip/dialog.h"
#include "probes/sip/message.h"
#include "probes/sip/sdp.h"
#include "probes/sip/transaction.h"

namespace dialwatch::probes {

// Answers the requests that the other side sends during a call: it may hang up (BYE), ask whether we live (OPTIONS) or
// renew the session (UPDATE, INVITE; RFC 4028 §9). A change of the media is refused with 488, which leaves the call as
// it was; other methods are not allowed. A copy of a request gets a copy of the response. Knows no socket and no clock.
// Thread safety: none.
class SipAnswering {
 public:
  static constexpr std::size_t kMaxAnswers = 200;  // of one call; more are silently left out

  struct Step {
    std::optional<std::string> send;
    bool hung_up = false;  // by a BYE of the dialog
  };

  // The media that were agreed on, ours as we write them.
  void Agree(SdpAudio theirs, std::string ours);
  // `dialog`: null while the call is not answered, or is over.
  Step OnRequest(const SipParty& party, SipDialog* dialog, const SipArrival& request, SipTime now);
  // When wake_at() has come: a 2xx to an INVITE is sent again until its ACK comes (RFC 3261 §13.3.1.4).
  Step OnTime(SipTime now);
  std::optional<SipTime> wake_at() const;

 private:
  struct Answered {
    std::string branch;
    std::string method;
    std::string octets;
  };
  struct Unconfirmed {
    std::uint32_t cseq = 0;
    std::string octets;
    base::Duration pause = kSipT1;
    SipTime resend_at;
    SipTime over_at;
  };

  SipMessage Answer(const SipParty& party, SipDialog* dialog, const SipArrival& request) const;
  SipMessage AnswerWithin(const SipParty& party, const SipArrival& request) const;
  SipMessage Renew(const SipParty& party, const SipArrival& request) const;
  bool IsSameMedia(const std::string& body) const;

  std::optional<SdpAudio> theirs_;
  std::string ours_;
  std::deque<Answered> answered_;  // the last few
  std::size_t answers_ = 0;
  std::optional<Unconfirmed> unconfirmed_;
};

inline constexpr std::string_view kSipAllow = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE";

}  // namespace dialwatch::probes
