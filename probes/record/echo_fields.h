#pragma once

#include "probes/record/fields.h"
#include "probes/rtp/echo_sample.h"
#include "probes/rtp/port_sample.h"

namespace dialwatch::probes::record {

template <>
inline constexpr std::array<std::string_view, 10> kNames<EchoOutcome>{
    "ok",      "degraded",    "one_way_up", "one_way_down", "blackhole",
    "refused", "send_failed", "no_keys",    "denied",       "no_relay"};

template <>
inline constexpr std::tuple kFields<VoiceQuality>{Required("rating", &VoiceQuality::rating),
                                                  Required("mos", &VoiceQuality::mos),
                                                  Field{"is_estimate", &VoiceQuality::is_estimate}};

template <>
inline constexpr std::tuple kFields<EchoSubject>{
    Required("dialer", &EchoSubject::dialer),          Field{"host", &EchoSubject::host},
    Field{"resolved_via", &EchoSubject::resolved_via}, Field{"by_authority", &EchoSubject::by_authority},
    Field{"address", &EchoSubject::address},           Field{"relay", &EchoSubject::relay}};

template <>
inline constexpr std::tuple kFields<EchoWay>{Field{"sent", &EchoWay::sent}, Field{"lost", &EchoWay::lost},
                                             Field{"late", &EchoWay::late}, Field{"jitter_us", &EchoWay::jitter}};

template <>
inline constexpr std::tuple kFields<RoundTrip>{Required("min_us", &RoundTrip::min), Required("p50_us", &RoundTrip::p50),
                                               Required("p95_us", &RoundTrip::p95)};

template <>
inline constexpr std::tuple kFields<EchoMeasures>{Field{"round", &EchoMeasures::round},
                                                  Field{"up", &EchoMeasures::up},
                                                  Field{"down", &EchoMeasures::down},
                                                  Field{"duplicates", &EchoMeasures::duplicates},
                                                  Field{"reordered", &EchoMeasures::reordered},
                                                  Field{"burst_ratio", &EchoMeasures::burst_ratio},
                                                  Field{"rtt", &EchoMeasures::rtt}};

template <>
inline constexpr std::tuple kFields<EchoSample>{Required("at", &EchoSample::at),
                                                Required("subject", &EchoSample::subject),
                                                Field{"codec", &EchoSample::codec},
                                                Field{"round", &EchoSample::round},
                                                Field{"local", &EchoSample::local},
                                                Required("outcome", &EchoSample::outcome),
                                                Field{"error", &EchoSample::error},
                                                Field{"echoed_by", &EchoSample::echoed_by},
                                                Field{"measures", &EchoSample::measures},
                                                Field{"quality", &EchoSample::quality},
                                                Field{"worst_send_delay_us", &EchoSample::worst_send_delay}};

template <>
inline constexpr std::array<std::string_view, 7> kNames<PortOutcome>{
    "answered", "error_response", "other_answer", "refused", "rejected", "silent", "send_failed"};

template <>
inline constexpr std::tuple kFields<PortSample>{
    Required("at", &PortSample::at),           Required("subject", &PortSample::subject),
    Field{"round", &PortSample::round},        Field{"local", &PortSample::local},
    Required("outcome", &PortSample::outcome), Field{"error", &PortSample::error},
    Field{"mapped", &PortSample::mapped},      Field{"rtt_us", &PortSample::rtt},
    Field{"sends", &PortSample::sends}};

}  // namespace dialwatch::probes::record
