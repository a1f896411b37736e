#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "config/transport.h"
#include "probes/sip/call_result.h"

namespace dialwatch::probes {

// Which dialer is called, where, and what is dialled.
struct CallSubject {
  std::string dialer;  // the configured name
  std::string host;
  std::vector<std::string> resolved_via = {};  // who gave the address, sorted; empty for a literal one
  base::Endpoint address;
  config::Transport transport = config::Transport::kUdp;  // kUdp, kTcp or kTls
  std::string extension;
};

// What the signalling of one call saw.
struct CallSample {
  CallSubject subject;
  std::uint64_t round = 0;  // equal for all samples of one round
  base::Endpoint local;     // ours of the signalling
  base::TimePoint at;       // when the result stood
  SipCallResult result;
};

}  // namespace dialwatch::probes
