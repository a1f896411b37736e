#pragma once

#include "probes/dns/sample.h"
#include "probes/record/fields.h"

namespace dialwatch::probes::record {

template <>
inline constexpr std::tuple kFields<Via>{Field{"kind", &Via::kind}, Field{"name", &Via::name},
                                         Required("server", &Via::server)};

template <>
inline constexpr std::tuple kFields<DnsRecord>{Field{"owner", &DnsRecord::owner}, Required("type", &DnsRecord::type),
                                               Required("ttl", &DnsRecord::ttl), Field{"data", &DnsRecord::data}};

template <>
inline constexpr std::tuple kFields<ExtendedError>{Required("code", &ExtendedError::code),
                                                   Field{"text", &ExtendedError::text}};

template <>
inline constexpr std::tuple kFields<DnsSample>{Required("at", &DnsSample::at),
                                               Required("host", &DnsSample::host),
                                               Required("type", &DnsSample::type),
                                               Required("via", &DnsSample::via),
                                               Field{"purpose", &DnsSample::purpose},
                                               Field{"zone", &DnsSample::zone},
                                               Required("outcome", &DnsSample::outcome),
                                               Field{"error", &DnsSample::error},
                                               Field{"transport", &DnsSample::transport},
                                               Field{"rtt_us", &DnsSample::rtt},
                                               Field{"sends", &DnsSample::sends},
                                               Field{"forged", &DnsSample::forged},
                                               Field{"rcode", &DnsSample::rcode},
                                               Field{"aa", &DnsSample::aa},
                                               Field{"ra", &DnsSample::ra},
                                               Field{"ad", &DnsSample::ad},
                                               Field{"answers", &DnsSample::answers},
                                               Field{"authority", &DnsSample::authority},
                                               Field{"additional", &DnsSample::additional},
                                               Field{"extended_errors", &DnsSample::extended_errors},
                                               Field{"nsid", &DnsSample::nsid}};

}  // namespace dialwatch::probes::record
