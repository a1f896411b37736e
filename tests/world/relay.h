#pragma once

#include <string>

#include "probes/turn/sample.h"
#include "tests/world/uplink.h"

namespace dialwatch::world {

// A TURN server at one address.
struct Relay {
  enum class State : std::uint8_t { kWell, kSilent, kUnauthorized, kQuota, kNoData, kCertificateEnded };

  Endpoint address;
  Course<State> state{State::kWell};
  Course<Duration> delay{std::chrono::milliseconds(22)};
  Course<TimePoint> certificate_ends{TimePoint::max()};  // for turns: alone
};

// What a turn at it that began at `at` saw. `there`: null where nobody is.
void RunTurn(probes::TurnSample& sample, const Relay* there, const Uplink& uplink, TimePoint at, Chance& chance);

}  // namespace dialwatch::world
