#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "config/settings.h"
#include "probes/dns/discovery.h"
#include "probes/dns/zone_sample.h"
#include "probes/target.h"

namespace dialwatch::probes {

// Looks at the zones of the names that are probed, each as often as one of its names has its turn, however many they
// are: once an interval. A look asks each server of the zone for SOA and NS. What changes rarely is asked of one of
// them every kDetails: the addresses of the name servers in the zone, and for a signed zone DNSKEY. How the parent
// delegates the zone is known from the discovery. Thread safety: none; use it on its loop's thread only.
class ZoneWatch {
 public:
  using Sink = std::function<void(ZoneSample)>;
  using Clock = AuthorityDiscovery::Clock;

  static constexpr Duration kDetails = std::chrono::minutes(10);

  // `client` and `discovery` outlive the watch.
  ZoneWatch(DnsClient& client, AuthorityDiscovery& discovery, std::shared_ptr<const config::Settings> settings,
            Sink sink, Clock clock = &std::chrono::steady_clock::now);
  ~ZoneWatch();  // looks under way end without a sample
  ZoneWatch(const ZoneWatch&) = delete;
  ZoneWatch& operator=(const ZoneWatch&) = delete;

  // To be called in each turn of a name, with its authority. Looks at those of its zones that no other name has looked
  // at for an interval and a half, and from then on in each turn of this name; holds `until` for as long as that takes.
  using Until = std::shared_ptr<const void>;
  void Turn(const NameTarget& name, const AuthorityServers& authority, const Until& until);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace dialwatch::probes
