#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "config/settings.h"
#include "probes/dns/discovery.h"
#include "probes/dns/zone_sample.h"

namespace dialwatch::probes {

// Looks at the zones of the names that are probed: each zone once an interval, however many names are in it. A look
// asks each server of the zone for SOA and NS, and now and then for DNSKEY; how the parent delegates the zone is known
// from the discovery. Thread safety: none; use it on its loop's thread only.
class ZoneWatch {
 public:
  using Sink = std::function<void(ZoneSample)>;
  using Clock = AuthorityDiscovery::Clock;

  // `client` and `discovery` outlive the watch.
  ZoneWatch(DnsClient& client, AuthorityDiscovery& discovery, std::shared_ptr<const config::Settings> settings,
            Sink sink, Clock clock = &std::chrono::steady_clock::now);
  ~ZoneWatch();  // looks under way end without a sample

  // To be called in each turn of a name, with its authority. Looks at those of its zones whose turn has come, and holds
  // `until` for as long as that takes.
  void Turn(const AuthorityServers& authority, std::shared_ptr<const void> until);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace dialwatch::probes
