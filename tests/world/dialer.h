#pragma once

#include <string>

#include "config/settings.h"
#include "probes/call/sample.h"
#include "probes/port/sample.h"
#include "probes/train/sample.h"
#include "tests/world/uplink.h"

namespace dialwatch::world {

// What is at one address: a dialer with its reflector, its SIP and its RTP range.
struct Dialer {
  IpAddress address;
  std::string name;  // in which its reflector signs
  Course<bool> alive{true};
  Course<bool> reflects{true};                  // the reflector runs; else the host refuses its port
  Course<bool> firewalled{false};               // audio is dropped in silence
  Course<double> lost_up{0.0}, lost_down{0.0};  // of audio, to it and back
  Course<Duration> delay{std::chrono::milliseconds(24)};
  Course<Duration> jitter{std::chrono::milliseconds(3)};
  Course<bool> answers_calls{true};
  Course<bool> echoes_calls{true};  // the extension sends the audio back
};

// What a train to an address that began at `at` saw. `there`: null where nobody is.
void RunTrain(probes::TrainSample& sample, const Dialer* there, const config::Media& media, const Uplink& uplink,
              TimePoint at, Chance& chance);
// The same of a call, and of a port that is asked a binding.
void RunCall(probes::EchoCallSample& sample, const Dialer* there, const Uplink& uplink, TimePoint at, Chance& chance);
void AskPort(probes::PortSample& sample, const Dialer* there, Duration timeout, const Uplink& uplink, TimePoint at,
             Chance& chance);

}  // namespace dialwatch::world
