#pragma once

#include <functional>
#include <memory>

#include "probes/turn/credentials.h"
#include "probes/turn/link.h"
#include "probes/turn/sample.h"

namespace dialwatch::probes {

// One turn at one relay, as a call would have it: allocates, lets our second socket in, sends packets through the relay
// to it and back, first as indications and then on a channel, refreshes the allocation and gives it back. Follows one
// redirection (RFC 8489 §10). The destructor ends it without a sample; a relay that gave us something is told that we
// are done with it in any case. Thread safety: none; use it on its loop's thread only.
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
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dialwatch::probes
