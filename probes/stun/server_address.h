#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "probes/stun/sample.h"

namespace dialwatch::probes {

// A STUN server with one of the addresses to ask it at; see StunSample for what the fields mean.
struct StunServerAddress {
  std::string server;
  std::string host;
  std::vector<std::string> resolved_via;
  base::Endpoint address;
  config::Transport transport = config::Transport::kUdp;
  std::string srv_target = {};

  // What is known before it is asked.
  StunSample NewSample(std::uint64_t round) const {
    StunSample sample;
    sample.server = server;
    sample.host = host;
    sample.srv_target = srv_target;
    sample.transport = transport;
    sample.resolved_via = resolved_via;
    sample.address = address;
    sample.round = round;
    return sample;
  }
};

}  // namespace dialwatch::probes
