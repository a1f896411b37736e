#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/sip/answering.h"
#include "probes/sip/call_result.h"
#include "probes/sip/dialog.h"
#include "probes/sip/digest.h"
#include "probes/sip/sdp.h"
#include "probes/sip/transaction.h"

namespace dialwatch::probes {

// What one call is to be like.
struct SipCallPlan {
  SipParty party;
  base::IpAddress server;  // that is called
  SipAccount account = {};
  SdpOffer offer;
  base::Duration options_wait{4000};  // until the dialer counts as silent
  base::Duration answer_wait{10000};  // from the first INVITE until it is cancelled
  base::Duration talk_limit{30000};   // then it is hung up; at most kMaxTalk
  base::Duration linger = kSipT4;     // over UDP, for copies of the last response
};

// One call from OPTIONS to BYE, as a machine that knows no socket and no clock: events go in, messages to send come
// out. It promises that a call is ended, whatever the other side does: it is hung up at `talk_limit`, cancelled where
// nobody answers, acknowledged and hung up where the answer comes too late or from a second fork (RFC 3261 §13.2.2.4);
// and that it is over within kMaxTalk and twice kSipGiveUp of the answer. Its short session timer (RFC 4028) makes the
// other side end it where we die: it is the shortest allowed, and never renewed, since no call is that long. Thread
// safety: none.
class SipCall {
 public:
  static constexpr std::uint32_t kSessionTimer = 90;  // seconds; RFC 4028 §4: the smallest
  static constexpr base::Duration kMaxTalk{60000};

  struct Steps {
    std::vector<std::string> send;  // in this order
    bool answered = false;          // media may flow: result().answer says where
    bool settled = false;           // result() stands, but the call may still have to be ended
    bool ended = false;             // nothing more will come of it
  };

  explicit SipCall(SipCallPlan plan);
  SipCall(const SipCall&) = delete;
  SipCall& operator=(const SipCall&) = delete;

  Steps Start(SipTime now);
  // A datagram, or a message of a stream.
  Steps OnMessage(std::string_view octets, SipTime now);
  // When wake_at() has come; harmless before.
  Steps OnTime(SipTime now);
  // Ends it in the way that fits: BYE, CANCEL, or nothing. Told again, nothing.
  Steps HangUp(SipTime now);
  // The server cannot be reached, or its connection is lost. What is to be sent after the first loss needs a new
  // connection; after the second one the call is given up.
  Steps OnLost(SipOutcome outcome, std::string why, SipTime now);

  // Always set between Start and the end.
  std::optional<SipTime> wake_at() const;
  // Being ended, or ended: no media any more.
  bool over() const { return phase_ == Phase::kEnding || phase_ == Phase::kEnded; }
  bool ended() const { return phase_ == Phase::kEnded; }
  // All is answered: what is still listened for is only copies. The dialer holds nothing of this call.
  bool cleared() const { return ended() || linger_until_.has_value(); }
  const SipCallResult& result() const { return result_; }

 private:
  enum class Phase : std::uint8_t { kReady, kAsking, kInviting, kUp, kEnding, kEnded };
  enum class Role : std::uint8_t { kOptions, kInvite, kCancel, kBye, kStray };
  struct Running {
    Role role;
    SipTime began;
    SipClientTransaction transaction;
  };
  // A second answer to our INVITE, from another fork.
  struct Stray {
    std::string tag;
    std::string ack;
  };

  void Send(Role role, SipMessage request, SipTime now);
  void Ask(SipTime now);
  void Invite(SipTime now);
  void Cancel(SipTime now);
  void Bye(SipTime now);

  void OnStep(Running& running, SipClientTransaction::Step step, SipTime now);
  void OnOptionsResponse(const Running& running, const SipArrival& response, SipTime now);
  void OnInviteResponse(const SipArrival& response, SipTime now);
  void OnRefusal(const SipArrival& response, SipTime now);
  bool LengthenSession(const SipArrival& response);
  void OnAnswer(const SipArrival& response, SipTime now);
  void OnByeResponse(const SipArrival& response, SipTime now);
  void OnTimeout(Role role, SipTime now);
  void OnLateResponse(const SipArrival& response, SipTime now);
  void OnRequest(const SipArrival& request, SipTime now);
  void OnDeadline(SipTime now);

  void GiveUp(SipOutcome outcome, std::string why, SipTime now);
  void Abandon(std::string_view why);
  void Settle(SipOutcome outcome, std::string why);
  void EnterEnding(SipTime now);
  void EndTalk(SipTime now);
  void Note(const SipArrival& response);
  std::string Silence(std::string_view what) const;
  Running* Open(Role role);
  Steps Finish(SipTime now);

  SipCallPlan plan_;
  const std::string offer_;
  SipAuthenticator authenticator_;
  SipAnswering answering_;
  Phase phase_ = Phase::kReady;
  std::list<Running> running_;
  std::optional<SipDialog> dialog_;
  bool gone_ = false;  // the other side has hung up, or has confirmed that we did
  std::vector<Stray> strays_;
  SipMessage invite_;  // the last
  std::string invite_branch_;
  std::string ack_;
  std::uint32_t cseq_ = 0;
  std::uint32_t session_timer_ = kSessionTimer;
  bool cancelled_ = false;
  bool settled_ = false;
  bool lost_ = false;
  std::optional<SipTime> deadline_;  // of the phase
  std::optional<SipTime> linger_until_;
  SipTime invited_at_;
  SipTime answered_at_;
  std::string unreadable_;  // why the last such message was
  SipCallResult result_;
  Steps steps_;
};

}  // namespace dialwatch::probes
