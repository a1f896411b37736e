#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "probes/call/media.h"
#include "probes/call/sample.h"
#include "probes/call/turns.h"
#include "probes/call/wire.h"
#include "probes/event_loop.h"
#include "probes/sip/call.h"

namespace dialwatch::probes {

struct CallPlan {
  CallSubject subject;
  std::uint64_t round = 0;
  SipAccount account = {};
  std::optional<base::IpAddress> bind = {};
  std::shared_ptr<TlsPeer> tls = {};  // for kTls
  std::vector<AudioCodec> codecs = {AudioCodec::kPcmu, AudioCodec::kPcma};
  base::Duration connect_wait{4000};  // and that of OPTIONS
  base::Duration answer_wait{10000};
  base::Duration talk_limit{30000};
  base::Duration linger = kSipT4;
};

// One call to one address of a dialer, with its socket and its media. See SipCall for how it ends, and that it does.
// Thread safety: none; use it on its loop's thread only.
class CallSession {
 public:
  // Called from the loop, never from within Start or HangUp; neither may destroy the session but on_ended.
  struct Listener {
    std::function<void(const CallSample&)> on_result;  // once
    std::function<void()> on_ended;  // once, after it: the dialer holds nothing of this call, and may be called again
  };

  // `turn`: of this dialer.
  CallSession(EventLoop& loop, CallTurns::Turn turn, CallPlan plan, CallMedia media, Listener listener);
  ~CallSession();  // sends nothing more: have it hung up, and wait for the end
  CallSession(const CallSession&) = delete;
  CallSession& operator=(const CallSession&) = delete;

  void Start();
  // Ends the call as soon as that can be, without listening for copies of answers; for a daemon that is told to stop.
  void HangUp();

 private:
  void OnOpen();
  void OnLost(SipOutcome outcome, std::string why);
  void Take(const SipCall::Steps& steps);
  void SetAlarm();
  void EndTalk();
  void StopMedia();
  void FailEarly(SipOutcome outcome, std::string why);
  void Tell(const SipCallResult& result);
  void End();

  const CallTurns::Turn turn_;
  const CallPlan plan_;
  const CallMedia media_;
  const Listener listener_;
  SipWire wire_;
  std::optional<SipCall> call_;  // once the wire is open
  Timer alarm_;
  Timer end_;
  bool hurried_ = false;
  bool told_ = false;
  bool media_open_ = false;
  bool ended_ = false;
};

}  // namespace dialwatch::probes
