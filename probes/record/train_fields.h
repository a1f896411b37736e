#pragma once

#include "probes/port/sample.h"
#include "probes/record/fields.h"
#include "probes/train/sample.h"

namespace dialwatch::probes::record {

template <>
inline constexpr std::tuple kFields<VoiceQuality>{Required("rating", &VoiceQuality::rating),
                                                  Required("mos", &VoiceQuality::mos),
                                                  Field{"is_estimate", &VoiceQuality::is_estimate}};

template <>
inline constexpr std::tuple kFields<MediaSubject>{
    Required("dialer", &MediaSubject::dialer),          Field{"host", &MediaSubject::host},
    Field{"resolved_via", &MediaSubject::resolved_via}, Field{"by_authority", &MediaSubject::by_authority},
    Field{"address", &MediaSubject::address},           Field{"relay", &MediaSubject::relay}};

template <>
inline constexpr std::tuple kFields<RtpDirection>{
    Field{"sent", &RtpDirection::sent}, Field{"lost", &RtpDirection::lost}, Field{"late", &RtpDirection::late},
    Field{"jitter_us", &RtpDirection::jitter}};

template <>
inline constexpr std::tuple kFields<RoundTrip>{Required("min_us", &RoundTrip::min), Required("p50_us", &RoundTrip::p50),
                                               Required("p95_us", &RoundTrip::p95)};

template <>
inline constexpr std::tuple kFields<RtpMeasures>{Field{"round", &RtpMeasures::round},
                                                 Field{"up", &RtpMeasures::up},
                                                 Field{"down", &RtpMeasures::down},
                                                 Field{"duplicates", &RtpMeasures::duplicates},
                                                 Field{"reordered", &RtpMeasures::reordered},
                                                 Field{"burst_ratio", &RtpMeasures::burst_ratio},
                                                 Field{"rtt", &RtpMeasures::rtt}};

template <>
inline constexpr std::tuple kFields<TrainSample>{Required("at", &TrainSample::at),
                                                 Required("subject", &TrainSample::subject),
                                                 Field{"codec", &TrainSample::codec},
                                                 Field{"round", &TrainSample::round},
                                                 Field{"local", &TrainSample::local},
                                                 Required("outcome", &TrainSample::outcome),
                                                 Field{"error", &TrainSample::error},
                                                 Field{"echoed_by", &TrainSample::echoed_by},
                                                 Field{"measures", &TrainSample::measures},
                                                 Field{"quality", &TrainSample::quality},
                                                 Field{"worst_send_delay_us", &TrainSample::worst_send_delay}};

template <>
inline constexpr std::tuple kFields<PortSample>{
    Required("at", &PortSample::at),           Required("subject", &PortSample::subject),
    Field{"round", &PortSample::round},        Field{"local", &PortSample::local},
    Required("outcome", &PortSample::outcome), Field{"error", &PortSample::error},
    Field{"mapped", &PortSample::mapped},      Field{"rtt_us", &PortSample::rtt},
    Field{"sends", &PortSample::sends}};

}  // namespace dialwatch::probes::record
