#pragma once

#include <optional>
#include <string>

#include "probes/sample.h"
#include "state/archive.h"

namespace dialwatch::daemon {

// What is remembered of a sample: whom it is about (the host that was asked for, a dialer, a server), how it was
// measured, through whom, and what came. Nothing of those that tell how no dialer or server fares: control names, who
// answers, zones, NATs, policies, ourselves.
//   dns A, dns AAAA   subject: the host; via: the resolver's name, or "authority (192.0.2.53)"; said: the answer
//   stun, turn        subject: the server's name; via: its address; said: where it sees us, or the outcome
//   rtp, call, port   subject: the dialer; via: the address, and the relay; said: the outcome
std::optional<state::SampleRow> ReadingOf(const probes::Sample& sample);

}  // namespace dialwatch::daemon
