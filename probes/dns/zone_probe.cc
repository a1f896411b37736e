#include "probes/dns/zone_probe.h"

#include <utility>

namespace dialwatch::probes {

class ZoneWatch::Impl {};

ZoneWatch::ZoneWatch(DnsClient&, AuthorityDiscovery&, std::shared_ptr<const config::Settings>, Sink, Clock)
    : impl_(std::make_shared<Impl>()) {}

ZoneWatch::~ZoneWatch() = default;

void ZoneWatch::Turn(const AuthorityServers&, std::shared_ptr<const void>) {}

}  // namespace dialwatch::probes
