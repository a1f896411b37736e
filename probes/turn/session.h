#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "probes/turn/credentials.h"
#include "probes/turn/dialogue.h"
#include "probes/turn/link.h"
#include "probes/turn/sample.h"
#include "probes/turn/traffic.h"

namespace dialwatch::probes {

// One turn at one relay, as a call would have it: allocates, lets our second socket in, sends packets through the relay
// to it and back, first as indications and then on a channel, refreshes the allocation and gives it back. Follows one
// redirection (RFC 8489 §10). The destructor ends it without a sample; a relay that may have given us something is told
// that we are done with it in any case. Thread safety: none; use it on its loop's thread only.
class TurnSession {
 public:
  // `sample` says whom it is about; its address is the route's.
  TurnSession(EventLoop& loop, TurnSample sample, TurnRoute route, TurnCredentials credentials);
  ~TurnSession();
  TurnSession(const TurnSession&) = delete;
  TurnSession& operator=(const TurnSession&) = delete;

  // `done` is called once, from the loop, `deadline` after now at the latest; it may destroy the session.
  void Start(base::Duration deadline, std::function<void(TurnSample)> done);

 private:
  bool v6() const { return route_.server.address.is_v6(); }
  bool stream() const { return route_.transport != config::Transport::kUdp; }
  void Enter(TurnStep step);
  void EndStep();

  void Connect();
  void OnLinkFailed(const TurnFailure& why);
  void Allocate();
  void OnAllocated(const TurnReply& reply);
  void Redirect(const base::Endpoint& other);
  void Permit();
  void Bind();
  void Refresh();
  void GiveBack();
  bool Granted(const TurnReply& reply);

  void Flow(TurnStep step);
  void SendOut(const base::Endpoint& to, const TurnPackets::Packet& packet);
  void OnFlown();
  void Take(std::span<const std::uint8_t> octets);
  void TakeIndication(const TurnMessage& message);

  void OutOfTime();
  void Finish(TurnOutcome outcome, std::string error);
  void Release();
  void ReportLater();
  void Report();

  EventLoop& loop_;
  TurnRoute route_;
  const TurnCredentials credentials_;
  TurnSample sample_;
  std::function<void(TurnSample)> done_;
  std::unique_ptr<TurnLink> link_;
  std::optional<TurnDialogue> dialogue_;  // once the link is open
  std::unique_ptr<TurnTraffic> traffic_;
  base::Duration latest_{}, linger_{};
  std::optional<std::chrono::steady_clock::time_point> step_began_;
  bool may_hold_ = false;  // the relay was asked for an allocation, and has neither refused it nor taken it back
  bool redirected_ = false, ended_ = false;
  Timer limit_, later_;
};

}  // namespace dialwatch::probes
