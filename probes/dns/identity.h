#pragma once

#include <chrono>
#include <map>
#include <string>

#include "probes/dns/client.h"

namespace dialwatch::probes {

// The question who answers at one of a resolver's addresses: "id.server" TXT in the class CHAOS (RFC 4892 §2), or the
// operator's own name for it. Nothing hangs on its answer: many servers refuse it.
DnsQuestion IdentityQuestion(const config::Resolver& resolver, const Endpoint& address, Duration timeout);

// Says when a resolver is to be asked who it is: at the start, every kPeriod, and where something is wrong, then once
// every kWrongPeriod at most. Thread safety: none.
class IdentityClock {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::minutes kPeriod{10}, kWrongPeriod{1};

  // Whether to ask now; if so, that is taken to be done.
  bool TakeDue(const std::string& resolver, bool wrong, Time now);

 private:
  std::map<std::string, Time> asked_at_;
};

}  // namespace dialwatch::probes
