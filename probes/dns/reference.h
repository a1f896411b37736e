#pragma once

#include <chrono>
#include <map>
#include <string>

#include "probes/dns/client.h"

namespace dialwatch::probes {

// The name that is not ours, and that this resolver is asked for while it is silent on one of ours: the config's, else
// its operator's own. Empty: none.
std::string ReferenceOf(const config::Resolver& resolver);

// For its address. To be sent if there is such a name only.
DnsQuestion ReferenceQuestion(const config::Resolver& resolver, const Endpoint& address, Duration timeout);

// Says when a resolver is to be asked for it: once in each `period`, however many of our names it is silent on.
// Thread safety: none.
class ReferenceClock {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Whether to ask now; if so, that is taken to be done.
  bool TakeDue(const std::string& resolver, Duration period, Time now);

 private:
  std::map<std::string, Time> asked_at_;
};

}  // namespace dialwatch::probes
