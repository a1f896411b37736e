#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "probes/dns/client.h"

namespace dialwatch::probes {

// The authoritative servers of the zone that holds a host, found by asking the configured resolvers: SOA of the host →
// its owner is the zone; NS of the zone; A (and AAAA) of each NS. The first resolver that can tell is believed.
// Thread safety: none; use it on its loop's thread only.
struct AuthorityServers {
  std::string zone;
  std::vector<Endpoint> servers;  // sorted, port 53; empty where nothing could be found out
};

class AuthorityDiscovery {
 public:
  using Done = std::function<void(const AuthorityServers&)>;

  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // `client` outlives the discovery.
  AuthorityDiscovery(DnsClient& client, std::shared_ptr<const config::Settings> settings,
                     Clock clock = &std::chrono::steady_clock::now);
  ~AuthorityDiscovery();  // searches under way end without their Done

  // Pins in the settings win. They and what is known already are told at once, from within Find; all else later, from
  // the loop. What was found is kept for kKeep; while a later search fails, the last servers found are told, and the
  // next search is made after kRetry.
  static constexpr Duration kKeep = std::chrono::minutes(10);
  static constexpr Duration kRetry = std::chrono::seconds(30);
  void Find(const std::string& host, Done done);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace dialwatch::probes
