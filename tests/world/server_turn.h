#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/world/places.h"

namespace dialwatch::world {

// The turns of STUN servers and relays, as probes/stun_probe.h and probes/turn_probe.h have them.
class ServerTurns {
 public:
  explicit ServerTurns(Asking& asking) : asking_(asking), places_(asking) {}

  void Stun(const Turn& turn);
  void Relay(const std::string& server, const Turn& turn);

  // Where the relay is now, as far as is known; for trains through it.
  const world::Relay* RelayOf(const config::Turn& server) const;

 private:
  void Bind(const config::Stun& server, const std::vector<probes::ServerPlace>& places, std::uint64_t round,
            std::uint16_t port, const Turn& turn);
  probes::TurnSample Try(const config::Turn& server, const probes::ServerPlace& place, TimePoint at);

  Asking& asking_;
  Places places_;
  std::uint64_t round_ = 0;
  std::map<std::string, std::size_t> good_turns_;  // by relay
  std::map<std::string, Endpoint> relays_;         // by relay: where it was tried last
};

}  // namespace dialwatch::world
