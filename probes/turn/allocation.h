#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "probes/turn/credentials.h"
#include "probes/turn/dialogue.h"
#include "probes/turn/link.h"
#include "probes/turn/sample.h"

namespace dialwatch::probes {

// One allocation at a relay: connects, is granted an address, follows one redirection (RFC 8489 §10), has peers let in
// and a channel bound, and carries what is sent through it. What the relay says ends it where it is not what was asked
// for. The destructor ends it without a word to its user; a relay that may have given us something is told that we are
// done with it in any case. Thread safety: none; use it on its loop's thread only.
class TurnAllocation {
 public:
  using Then = std::function<void()>;

  // Called from the loop.
  struct User {
    Then on_granted;  // the sample has the relayed address, and ours
    // Through the relay: in an indication from where it says, on the channel from its peer.
    std::function<void(std::span<const std::uint8_t> data, const std::optional<base::Endpoint>& from)> on_data;
    std::function<void(TurnSample&)> on_over;   // nothing flows any more; it may add to the sample. From Finish, too
    std::function<void(TurnSample)> on_closed;  // last; it may destroy the allocation
  };

  // `sample` says whom it is about; its address is the route's.
  TurnAllocation(EventLoop& loop, TurnSample sample, TurnRoute route, TurnCredentials credentials, User user);
  ~TurnAllocation();
  TurnAllocation(const TurnAllocation&) = delete;
  TurnAllocation& operator=(const TurnAllocation&) = delete;

  // Is over and closed `deadline` after now at the latest.
  void Start(base::Duration deadline);

  // Each is a step. `then` where the relay grants it; what it refuses is the end.
  void Permit(const std::set<base::Endpoint>& peers, Then then);
  void Bind(const base::Endpoint& peer, Then then);
  void Refresh(Then then);
  void GiveBack();  // and ends as kRelayed

  // The step of one's own traffic: from then on indications (kData) or the channel (kChannelData) are heard.
  void Flow(TurnStep step) { Enter(step); }
  void Indicate(const base::Endpoint& to, std::span<const std::uint8_t> data);
  void SendOnChannel(std::span<const std::uint8_t> data);

  // What is not given back yet is, and then it is closed. The first word counts.
  void Finish(TurnOutcome outcome, std::string error);

  const TurnSample& sample() const { return sample_; }

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
  bool Granted(const TurnReply& reply);
  TurnDialogue::Done IfGranted(Then then);

  void Take(std::span<const std::uint8_t> octets);
  void TakeIndication(const TurnMessage& message);

  void OutOfTime();
  void Release();
  void CloseLater();
  void Close();

  EventLoop& loop_;
  TurnRoute route_;
  const TurnCredentials credentials_;
  const User user_;
  TurnSample sample_;
  std::unique_ptr<TurnLink> link_;
  std::optional<TurnDialogue> dialogue_;  // once the link is open
  base::Duration linger_{};
  std::optional<std::chrono::steady_clock::time_point> step_began_;
  bool may_hold_ = false;  // the relay was asked for an allocation, and has neither refused it nor taken it back
  bool redirected_ = false, ended_ = false;
  Timer limit_, later_;
};

}  // namespace dialwatch::probes
