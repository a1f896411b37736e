#pragma once

#include <chrono>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "probes/stun/round.h"

namespace dialwatch::probes::test {

struct Ran {
  std::map<std::string, StunSample> samples;  // by server
  std::vector<std::string> order;             // of the servers' samples
  std::chrono::milliseconds took{};
};

// Runs a whole round, destroys it in `done` as the prober does, and fails rather than hangs.
Ran RunRound(EventLoop& loop, std::vector<StunSample> servers, base::Duration deadline,
             const std::optional<base::IpAddress>& bind = {});

// Of a server to be asked.
StunSample Begun(std::string server, const base::Endpoint& address);

// Named "s0", "s1", …
std::vector<StunSample> Servers(std::initializer_list<base::Endpoint> endpoints);

}  // namespace dialwatch::probes::test
