#pragma once

#include "probes/policy/sample.h"
#include "probes/record/dns_fields.h"

namespace dialwatch::probes::record {

template <>
inline constexpr std::tuple kFields<config::IceUri>{
    Field{"relay", &config::IceUri::relay}, Field{"transport", &config::IceUri::transport},
    Required("host", &config::IceUri::host), Field{"port", &config::IceUri::port}};

template <>
inline constexpr std::tuple kFields<IceServer>{Field{"line", &IceServer::line},   Field{"column", &IceServer::column},
                                               Field{"text", &IceServer::text},   Field{"uri", &IceServer::uri},
                                               Field{"error", &IceServer::error}, Field{"times", &IceServer::times}};

template <>
inline constexpr std::tuple kFields<IceServerInFile>{Required("file", &IceServerInFile::file),
                                                     Required("server", &IceServerInFile::server)};

template <>
inline constexpr std::tuple kFields<IceConfigSample>{Required("at", &IceConfigSample::at),
                                                     Field{"kind", &IceConfigSample::kind},
                                                     Required("location", &IceConfigSample::location),
                                                     Required("outcome", &IceConfigSample::outcome),
                                                     Field{"error", &IceConfigSample::error},
                                                     Field{"servers", &IceConfigSample::servers}};

template <>
inline constexpr std::tuple kFields<OwnResolver>{Required("address", &OwnResolver::address),
                                                 Field{"where", &OwnResolver::where}};

template <>
inline constexpr std::tuple kFields<ResolvConfSample>{Required("at", &ResolvConfSample::at),
                                                      Field{"error", &ResolvConfSample::error},
                                                      Field{"resolvers", &ResolvConfSample::resolvers}};

}  // namespace dialwatch::probes::record
