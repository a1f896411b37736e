#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "probes/policy/sample.h"
#include "tests/world/dialer.h"
#include "tests/world/relay.h"
#include "tests/world/resolver.h"
#include "tests/world/stun.h"
#include "tests/world/uplink.h"

namespace dialwatch::world {

// All that probes meet. Each part is as it should be until something is set, for a time or for good.
struct World {
  Names names;
  Uplink uplink;
  std::vector<Dialer> dialers;
  std::vector<StunServer> stun;
  std::vector<Relay> relays;
  std::map<std::string, Course<std::vector<probes::IceServerInFile>>> ice_configs;  // by location
  Course<std::vector<probes::OwnResolver>> own_resolvers{{}};
  Course<Duration> clock_off{Duration(0)};  // what the wall clock of the probes says too much
  std::uint64_t seed = 1;

  // Who is at an address; null: nobody.
  const Dialer* DialerAt(const IpAddress& address) const { return At(dialers, address, &Dialer::address); }
  const StunServer* StunAt(const Endpoint& address) const { return At(stun, address, &StunServer::address); }
  const Relay* RelayAt(const Endpoint& address) const { return At(relays, address, &Relay::address); }

 private:
  template <typename T, typename Key>
  static const T* At(const std::vector<T>& all, const Key& key, Key T::*member) {
    for (const T& each : all) {
      if (each.*member == key) return &each;
    }
    return nullptr;
  }
};

}  // namespace dialwatch::world
