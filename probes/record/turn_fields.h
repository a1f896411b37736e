#pragma once

#include "probes/record/fields.h"
#include "probes/turn/sample.h"

namespace dialwatch::probes::record {

template <>
inline constexpr std::tuple kFields<TurnFlow>{Required("sent", &TurnFlow::sent),
                                              Required("arrived", &TurnFlow::arrived)};

template <>
inline constexpr std::tuple kFields<TurnTimedStep>{Required("step", &TurnTimedStep::step),
                                                   Required("took_us", &TurnTimedStep::took)};

template <>
inline constexpr std::tuple kFields<TurnElsewhere>{Required("address", &TurnElsewhere::address),
                                                   Field{"resolved_via", &TurnElsewhere::resolved_via}};

template <>
inline constexpr std::tuple kFields<TurnSample>{Required("at", &TurnSample::at),
                                                Required("server", &TurnSample::server),
                                                Field{"uri", &TurnSample::uri},
                                                Field{"resolved_via", &TurnSample::resolved_via},
                                                Field{"address", &TurnSample::address},
                                                Required("outcome", &TurnSample::outcome),
                                                Field{"step", &TurnSample::step},
                                                Field{"error", &TurnSample::error},
                                                Field{"error_code", &TurnSample::error_code},
                                                Field{"relayed", &TurnSample::relayed},
                                                Field{"mapped", &TurnSample::mapped},
                                                Field{"rtt_us", &TurnSample::rtt},
                                                Field{"out", &TurnSample::out},
                                                Field{"back", &TurnSample::back},
                                                Field{"steps", &TurnSample::steps},
                                                Field{"certificate_expires", &TurnSample::certificate_expires},
                                                Field{"works_at", &TurnSample::works_at}};

}  // namespace dialwatch::probes::record
