#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "probes/event_loop.h"
#include "probes/stun/sample.h"

namespace dialwatch::probes {

// Sends a binding request over UDP to every server from one socket an address family and completes its sample: the
// earliest answer, or the outcome when the retransmission schedule (retransmit.h) has run out or `deadline` has passed.
// The destructor ends the round without further samples. Thread safety: none; use it on its loop's thread only.
class StunRound {
 public:
  // `begun`: whom to ask, at which address.
  StunRound(EventLoop& loop, std::vector<StunSample> begun, const std::optional<base::IpAddress>& bind,
            base::Duration deadline);
  ~StunRound();
  StunRound(const StunRound&) = delete;
  StunRound& operator=(const StunRound&) = delete;

  // `each` once per server, then `done` once; from the loop, never from within Start. `done` may destroy the round.
  void Start(std::function<void(StunSample)> each, std::function<void()> done);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dialwatch::probes
