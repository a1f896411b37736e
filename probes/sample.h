#pragma once

#include <functional>
#include <variant>

#include "probes/call/sample.h"
#include "probes/dns/sample.h"
#include "probes/dns/zone_sample.h"
#include "probes/policy/sample.h"
#include "probes/port/sample.h"
#include "probes/self/sample.h"
#include "probes/stun/nat_sample.h"
#include "probes/stun/sample.h"
#include "probes/train/sample.h"
#include "probes/turn/sample.h"

namespace dialwatch::probes {

// What one probe saw at one moment: the only thing that leaves this folder.
using Sample = std::variant<DnsSample, StunSample, NatSample, ZoneSample, TurnSample, TrainSample, PortSample,
                            EchoCallSample, IceConfigSample, ResolvConfSample, StateSample>;

// Takes samples as they come. Called on the probe's own thread; returns at once.
using SampleSink = std::function<void(Sample)>;

}  // namespace dialwatch::probes
