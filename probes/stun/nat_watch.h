#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "probes/asker.h"
#include "probes/stun/lifetime_watch.h"
#include "probes/stun/nat_probe.h"

namespace dialwatch::probes {

// Has the NAT before us looked at through each server address, seldom: at the start, and every kPeriod; and has one
// server tell how long idle mappings live, another one where that is silent or cannot. The first turn waits for what it
// starts, so that commands that look once see it; later ones do not, so that no slow server delays the others.
// Thread safety: none; use it on its loop's thread only.
class NatWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::minutes kPeriod{10};
  // Servers, each at one of its addresses, so that none with new ones each turn keeps the others waiting. What does not
  // fit comes in the turns after.
  static constexpr std::size_t kAtOnce = 8;

  explicit NatWatch(Asker& asker);

  // For tests: what the search for the lifetime calls a second.
  std::chrono::milliseconds second = std::chrono::seconds(1);

  // After each turn's round.
  void See(const StunSample& sample, const Turn& turn);
  void EndTurn();

 private:
  struct Known {
    NatSample newest;
    std::optional<Time> probed_at;
    std::unique_ptr<NatProbe> running;
    std::optional<Time> lifetime_asked;
  };

  void Probe(Known& known, const Turn& turn);
  void WatchLifetime(Known& known);

  Asker& asker_;
  std::uint64_t turns_ = 0;
  std::set<std::string> running_;                                  // servers
  std::map<std::pair<std::string, base::Endpoint>, Known> known_;  // by server and address
  std::optional<LifetimeWatch> lifetime_;
};

}  // namespace dialwatch::probes
