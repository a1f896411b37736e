#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "probes/event_loop.h"
#include "probes/stun/sample.h"

namespace dialwatch::probes {

// A STUN server with the address to ask it at.
struct StunServerAddress {
  std::string server;                     // the configured name
  std::string host;                       // as configured
  std::vector<std::string> resolved_via;  // see StunSample
  base::Endpoint address;
};

// Sends a binding request to every server from one socket an address family and tells a sample for each: the earliest
// answer, or the outcome when the retransmission schedule (retransmit.h) has run out or `deadline` has passed.
// The destructor ends the round without further samples. Thread safety: none; use it on its loop's thread only.
class StunRound {
 public:
  StunRound(EventLoop& loop, std::uint64_t round, std::vector<StunServerAddress> servers,
            std::optional<base::IpAddress> bind, base::Duration deadline);
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
