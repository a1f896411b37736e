#pragma once

#include <optional>
#include <string>

#include "probes/stun/sample.h"
#include "tests/world/uplink.h"

namespace dialwatch::world {

// A STUN server at one address.
struct StunServer {
  Endpoint address;
  Course<Health> health{Health::kWell};  // kServFail, kRefused, kLame: it answers with an error
  Course<Duration> delay{std::chrono::milliseconds(18)};
  Course<double> loss{0.0};
  Course<std::string> lie{""};  // the address that it says is ours

  // What becomes of a request that is begun now; `sample.at` is when that is known. `port`: of our socket.
  void Answer(probes::StunSample& sample, const Uplink& uplink, std::uint16_t port, TimePoint at, Chance& chance) const;
};

// Nobody is there.
void Silence(probes::StunSample& sample, TimePoint at);

}  // namespace dialwatch::world
