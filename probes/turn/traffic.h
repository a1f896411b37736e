#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/ip_address.h"
#include "base/time.h"
#include "probes/event_loop.h"
#include "probes/turn/far_end.h"
#include "probes/turn/packets.h"
#include "probes/turn/sample.h"

namespace dialwatch::probes {

// Trains of packets through a relay, each way side by side, between whoever holds the allocation and a second socket of
// ours. Until one has come through, few are sent to the relayed address: a relay may name one of somebody else. Thread
// safety: none; use it on its loop's thread only.
class TurnTraffic {
 public:
  using SendOut = std::function<void(const base::Endpoint& to, const TurnPackets::Packet& packet)>;

  // What comes later than this after the last packet was sent is lost to a call.
  static constexpr base::Duration kLatest{1000};

  static base::Result<std::unique_ptr<TurnTraffic>> Open(EventLoop& loop, bool v6,
                                                         const std::optional<base::IpAddress>& bind);

  TurnFarEnd& far_end() { return *far_end_; }

  struct Train {
    base::Endpoint relayed;
    base::IpAddress ours;     // the second socket's address, should nothing of it come through
    base::Duration latest{};  // kLatest, or less where the turn is short
    SendOut send_out = {};    // through the relay
    std::function<void()> done = {};
  };
  void Start(Train train);
  void Stop() { tick_.Stop(); }

  // A packet that came through the relay, from where the relay says.
  void TakeBack(std::span<const std::uint8_t> packet, const std::optional<base::Endpoint>& from);

  // Our second socket as the relay sees it, or else where it probably is; nothing before the first train.
  const std::optional<base::Endpoint>& peer() const { return peer_; }

  // Of all trains together.
  TurnFlow out() const { return out_before_ + out_.flow(); }
  TurnFlow back() const { return back_before_ + back_.flow(); }

  // Which directions of the last train nothing came in; empty where both work.
  std::string DescribeSilence() const;

 private:
  explicit TurnTraffic(EventLoop& loop) : tick_(loop) {}
  void Tick();
  bool MaySendBack() const;
  bool AllSent() const;

  std::unique_ptr<TurnFarEnd> far_end_;
  Train train_;
  std::optional<base::Endpoint> peer_;
  TurnPackets out_, back_;             // of this train
  TurnFlow out_before_, back_before_;  // of the trains before it
  bool comes_through_ = false;         // something came back through the relay
  std::chrono::steady_clock::time_point began_, last_sent_;
  Timer tick_;
};

}  // namespace dialwatch::probes
