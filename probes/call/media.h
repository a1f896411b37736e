#pragma once

#include <functional>

#include "base/ip_address.h"
#include "base/result.h"
#include "probes/sip/sdp.h"

namespace dialwatch::probes {

// What a call does with the audio that it opens. The call calls `open` first, then `start` where the call is answered
// and usable, and at last `stop`, once, whatever became of it. None of them may destroy the call.
struct CallMedia {
  // Binds a socket at this address of ours; its endpoint stands in the offer.
  std::function<base::Result<base::Endpoint>(const base::IpAddress& local)> open;
  // Sends to where the answer says and listens to what comes back. `done` hangs up, from the loop, not from within;
  // it does nothing after `stop`.
  std::function<void(const SdpAnswer& answer, std::function<void()> done)> start;
  // Not a packet more.
  std::function<void()> stop;
};

}  // namespace dialwatch::probes
