#pragma once

#include "probes/record/fields.h"
#include "probes/self/sample.h"

namespace dialwatch::probes::record {

template <>
inline constexpr std::tuple kFields<StateSample>{Required("at", &StateSample::at),
                                                 Required("outcome", &StateSample::outcome),
                                                 Field{"path", &StateSample::path},
                                                 Field{"error", &StateSample::error},
                                                 Field{"set_aside", &StateSample::set_aside},
                                                 Field{"waiting", &StateSample::waiting},
                                                 Field{"lost", &StateSample::lost}};

}  // namespace dialwatch::probes::record
