#pragma once

#include "probes/record/dns_fields.h"
#include "probes/stun/nat_sample.h"
#include "probes/stun/sample.h"

namespace dialwatch::probes::record {

template <>
inline constexpr std::tuple kFields<StunSample>{Required("at", &StunSample::at),
                                                Required("server", &StunSample::server),
                                                Field{"host", &StunSample::host},
                                                Field{"srv_target", &StunSample::srv_target},
                                                Field{"transport", &StunSample::transport},
                                                Field{"resolved_via", &StunSample::resolved_via},
                                                Field{"address", &StunSample::address},
                                                Field{"round", &StunSample::round},
                                                Field{"local", &StunSample::local},
                                                Required("outcome", &StunSample::outcome),
                                                Field{"error", &StunSample::error},
                                                Field{"error_code", &StunSample::error_code},
                                                Field{"mapped", &StunSample::mapped},
                                                Field{"rtt_us", &StunSample::rtt},
                                                Field{"sends", &StunSample::sends}};

template <>
inline constexpr std::tuple kFields<MappingLifetime>{Field{"at_least_s", &MappingLifetime::at_least},
                                                     Field{"at_most_s", &MappingLifetime::at_most}};

template <>
inline constexpr std::tuple kFields<NatSample>{
    Required("at", &NatSample::at),          Required("server", &NatSample::server),
    Field{"address", &NatSample::address},   Field{"local", &NatSample::local},
    Field{"mapped", &NatSample::mapped},     Field{"elsewhere", &NatSample::elsewhere},
    Field{"mapping", &NatSample::mapping},   Field{"filtering", &NatSample::filtering},
    Field{"lifetime", &NatSample::lifetime}, Field{"why", &NatSample::why}};

}  // namespace dialwatch::probes::record
