#pragma once

#include <functional>
#include <memory>

#include "probes/turn/allocation.h"
#include "probes/turn/traffic.h"

namespace dialwatch::probes {

// One turn at one relay, as a call would have it: allocates, lets our second socket in, sends packets through the relay
// to it and back, first as indications and then on a channel, refreshes the allocation and gives it back. The
// destructor ends it without a sample. Thread safety: none; use it on its loop's thread only.
class TurnSession {
 public:
  // `sample` says whom it is about; its address is the route's.
  TurnSession(EventLoop& loop, TurnSample sample, const TurnRoute& route, TurnCredentials credentials);
  TurnSession(const TurnSession&) = delete;
  TurnSession& operator=(const TurnSession&) = delete;

  // `done` is called once, from the loop, `deadline` after now at the latest; it may destroy the session.
  void Start(base::Duration deadline, std::function<void(TurnSample)> done);

 private:
  void Permit();
  void Flow(TurnStep step);
  void OnFlown(TurnStep step);
  void OnOver(TurnSample& sample);

  EventLoop& loop_;
  const base::Endpoint server_;
  const std::optional<base::IpAddress> bind_;
  std::function<void(TurnSample)> done_;
  base::Duration latest_{};
  TurnAllocation allocation_;
  std::unique_ptr<TurnTraffic> traffic_;
};

}  // namespace dialwatch::probes
