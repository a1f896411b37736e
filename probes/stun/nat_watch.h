#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "probes/asker.h"
#include "probes/stun/lifetime_watch.h"
#include "probes/stun/nat_probe.h"

namespace dialwatch::probes {

// Has the NAT before us looked at through each server address, seldom: at the start, and every kPeriod; and has one
// server tell how long idle mappings live. The first turn waits for what it starts, so that commands that look once see
// it; later ones do not, so that no slow server delays the others.
// Thread safety: none; use it on its loop's thread only.
class NatWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::minutes kPeriod{10};
  static constexpr std::size_t kAtOnce = 8;  // probes; the others come in the turns after

  explicit NatWatch(Asker& asker);

  // After each turn's round.
  void See(const StunSample& sample, const Turn& turn);
  void EndTurn();

 private:
  struct Known {
    NatSample newest;
    std::optional<Time> probed_at;
    std::unique_ptr<NatProbe> running;
  };

  void Probe(Known& known, const Turn& turn);
  void WatchLifetime(const base::Endpoint& server);

  Asker& asker_;
  std::uint64_t turns_ = 0;
  std::size_t running_ = 0;
  std::map<std::pair<std::string, base::Endpoint>, Known> known_;  // by server and address
  std::optional<LifetimeWatch> lifetime_;
};

}  // namespace dialwatch::probes
